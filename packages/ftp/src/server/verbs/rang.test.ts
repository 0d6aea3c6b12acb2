import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseInclusiveRange } from './rang.js';

test('a range names its first and its last octet', () => {
  assert.deepEqual(parseInclusiveRange('0 499'), { first: 0, last: 499 });
  assert.deepEqual(parseInclusiveRange('7 7'), { first: 7, last: 7 });
  assert.deepEqual(parseInclusiveRange('0 9007199254740990'), { first: 0, last: 9_007_199_254_740_990 });
});

test('1 0 is no range', () => assert.equal(parseInclusiveRange('1 0'), undefined));

test('what is no range is refused', () => {
  for (const text of ['', '1', '1 ', ' 1', '2 1', '2 0', '0 1 2', '0  1', '-1 1', '0 x', '0 9007199254740991', '0 1e3'])
    assert.throws(() => parseInclusiveRange(text), SyntaxFault, text);
});
