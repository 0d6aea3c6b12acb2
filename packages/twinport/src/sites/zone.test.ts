import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatZone, parseZone } from './zone.js';

const zones: readonly (readonly [text: string, minutes: number | undefined])[] = [
  ['UTC', 0],
  ['z', 0],
  ['+2', 120],
  ['+02:00', 120],
  ['-0530', -330],
  ['-05:30', -330],
  ['+00:00', 0],
  ['-00:00', 0],
  ['+14:00', 840],
  ['+14:01', undefined],
  ['02:00', undefined],
  ['+2:60', undefined],
  ['Europe/Berlin', undefined],
  ['', undefined],
];

for (const [text, minutes] of zones) {
  test(`parseZone reads ${JSON.stringify(text)} as ${minutes}`, () => assert.equal(parseZone(text), minutes));
}

test('parseZone(formatZone(x)) is x', () => {
  fc.assert(
    fc.property(fc.integer({ min: -840, max: 840 }), (minutes) => {
      assert.equal(parseZone(formatZone(minutes)), minutes);
    }),
  );
});
