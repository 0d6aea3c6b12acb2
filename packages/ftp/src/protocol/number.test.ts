import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseOctets } from './number.js';

for (const [text, value] of [
  ['0', 0],
  ['7', 7],
  ['007', 7],
  ['4294967296', 2 ** 32],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
] as const) {
  test(`parseOctets reads ${text}`, () => {
    assert.equal(parseOctets(text), value);
  });
}

const refused = [
  '',
  ' 1',
  '1 ',
  '-1',
  '+1',
  '1.0',
  '1e3',
  '0x10',
  '١',
  '1\n',
  '9007199254740992',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '9'.repeat(400),
];

for (const text of refused) {
  test(`parseOctets refuses ${JSON.stringify(text.slice(0, 24))}`, () => {
    assert.throws(() => parseOctets(text), { name: 'SyntaxFault', part: 'number' });
  });
}

test('parseOctets reads every safe integer', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      assert.equal(parseOctets(String(value)), value);
    }),
  );
});

test('parseOctets refuses every larger integer', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }), (value) => {
      assert.throws(() => parseOctets(String(value)), { part: 'number' });
    }),
  );
});
