import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatTime, parseTime } from './time.js';

const fault = { name: 'SyntaxFault', part: 'time' };

const accepted: readonly (readonly [text: string, iso: string])[] = [
  ['19980615100045', '1998-06-15T10:00:45.000Z'],
  ['19980615100045.014', '1998-06-15T10:00:45.014Z'],
  ['19980615100045.5', '1998-06-15T10:00:45.500Z'],
  ['19980615100045.1239999', '1998-06-15T10:00:45.123Z'],
  ['20000229235959', '2000-02-29T23:59:59.000Z'],
  ['20240229000000', '2024-02-29T00:00:00.000Z'],
  ['20161231235960', '2016-12-31T23:59:59.000Z'],
  ['00010101000000', '0001-01-01T00:00:00.000Z'],
  ['00991231235959', '0099-12-31T23:59:59.000Z'],
  ['99991231235959.999', '9999-12-31T23:59:59.999Z'],
];

for (const [text, iso] of accepted) {
  test(`parseTime reads ${text}`, () => {
    assert.equal(parseTime(text).toISOString(), iso);
  });
}

const refused: readonly (readonly [name: string, text: string])[] = [
  ['nothing', ''],
  ['month 13', '20241301000000'],
  ['month 0', '20240001000000'],
  ['30 February', '20240230000000'],
  ['29 February in a common year', '21000229000000'],
  ['day 0', '20240100000000'],
  ['day 32', '20240132000000'],
  ['31 April', '20240431000000'],
  ['hour 24', '20240101240000'],
  ['minute 60', '20240101006000'],
  ['second 61', '20240101000061'],
  ['year 0', '00000101000000'],
  ['the year 2000 as 19100', '191000615100045'],
  ['a point without a fraction', '20240101000000.'],
  ['a comma', '20240101000000,5'],
  ['letters', '2024010100000Z'],
  ['a sign', '+2024010100000'],
  ['a space before', ' 20240101000000'],
  ['a line feed after', '20240101000000\n'],
  ['twelve digits', '202401010000'],
];

for (const [name, text] of refused) {
  test(`parseTime refuses ${name}`, () => {
    assert.throws(() => parseTime(text), fault);
  });
}

test('formatTime writes a fraction only when there is one', () => {
  assert.equal(formatTime(new Date(Date.UTC(1998, 5, 15, 10, 0, 45))), '19980615100045');
  assert.equal(formatTime(new Date(Date.UTC(1998, 5, 15, 10, 0, 45, 7))), '19980615100045.007');
});

test('formatTime refuses a time that has no four-digit year', () => {
  for (const iso of ['+010000-01-01T00:00:00Z', '0000-12-31T23:59:59Z', '-000001-01-01T00:00:00Z', 'never']) {
    assert.throws(() => formatTime(new Date(iso)), fault);
  }
});

test('parseTime(formatTime(x)) is x', () => {
  const date = fc.date({ min: parseTime('00010101000000'), max: parseTime('99991231235959.999'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (given) => {
      assert.equal(parseTime(formatTime(given)).getTime(), given.getTime());
    }),
  );
});
