import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SyntaxFault, quotePath } from '../protocol/index.js';
import { parseWords } from './quoted-words.js';

const texts: [string, string[]][] = [
  ['', []],
  ['  ', []],
  ['a b', ['a', 'b']],
  ['  a   b ', ['a', 'b']],
  ['"a b" c', ['a b', 'c']],
  ['a "b c"', ['a', 'b c']],
  ['"say ""hi""" b', ['say "hi"', 'b']],
  ['a"b c', ['a"b', 'c']],
  ['"" a', ['', 'a']],
];

for (const [text, words] of texts) {
  test(`${JSON.stringify(text)} is ${words.length} words`, () => {
    assert.deepEqual(parseWords(text), words);
  });
}

test('a quote without an end is refused', () => {
  for (const text of ['"a', 'a "b', '"a"b', '"a""']) assert.throws(() => parseWords(text), SyntaxFault, text);
});

test('quoted words come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
      assert.deepEqual(parseWords(words.map(quotePath).join(' ')), words);
    }),
  );
});
