import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseByteRange, rangeIn } from './byte-range.js';

test('ranges are those of HTTP: both ends included', () => {
  assert.deepEqual(rangeIn(parseByteRange('0-99'), 0), { start: 0, end: 100 });
  assert.deepEqual(rangeIn(parseByteRange('100-'), 0), { start: 100 });
  assert.deepEqual(rangeIn(parseByteRange('-500'), 2000), { start: 1500 });
  assert.deepEqual(rangeIn(parseByteRange('-500'), 20), { start: 0 });
});

test('what is no range is refused', () => {
  for (const text of ['', '-', '5', '9-5', 'a-b', '1-2-3', '0x1-2']) assert.throws(() => parseByteRange(text), text);
});
