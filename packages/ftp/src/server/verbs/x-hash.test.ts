import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { type HashRequest, parseHashRequest } from './x-hash.js';

const requests: [string, HashRequest][] = [
  ['a', { name: 'a', range: { first: 0 } }],
  ['a b', { name: 'a b', range: { first: 0 } }],
  ['10', { name: '10', range: { first: 0 } }],
  ['a 5', { name: 'a', range: { first: 5 }, whole: 'a 5' }],
  ['a 5 10', { name: 'a', range: { first: 5, end: 10 }, whole: 'a 5 10' }],
  ['a 1 5 10', { name: 'a 1', range: { first: 5, end: 10 }, whole: 'a 1 5 10' }],
  ['1 5 10', { name: '1', range: { first: 5, end: 10 }, whole: '1 5 10' }],
  ['"a 5"', { name: 'a 5', range: { first: 0 } }],
  ['"a ""b""" 5 10', { name: 'a "b"', range: { first: 5, end: 10 } }],
  ['"a"  5  5 ', { name: 'a', range: { first: 5, end: 5 } }],
];

for (const [text, request] of requests) {
  test(`XCRC ${text} asks for ${JSON.stringify(request)}`, () => assert.deepEqual(parseHashRequest(text), request));
}

test('a range that is none is refused', () => {
  for (const text of ['a 10 5', '"a" 10 5', '"a" 1 2 3', '"a" x', '"a" -1', '"a" 0 9007199254740992'])
    assert.throws(() => parseHashRequest(text), SyntaxFault, text);
});
