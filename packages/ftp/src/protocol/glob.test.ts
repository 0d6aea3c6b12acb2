import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Glob, MAX_GLOB_LENGTH, isGlob } from './glob.js';
import { SyntaxFault } from './syntax-fault.js';

test('a pattern matches whole names', () => {
  const table: readonly (readonly [pattern: string, matching: readonly string[], others: readonly string[]])[] = [
    ['', [''], ['a']],
    ['abc', ['abc'], ['ab', 'abcd', 'ABC', 'xabc']],
    ['*', ['', 'a', 'a.b', 'a b'], ['.', '.a']],
    ['*.txt', ['a.txt', 'a.b.txt'], ['.txt', 'a.txt~', 'atxt']],
    ['a*b*c', ['abc', 'aXbXc', 'abcbc'], ['acb', 'abcd', 'ab']],
    ['**a**', ['a', 'bab'], ['b']],
    ['?', ['a', 'é', '😀', '\uDCFF'], ['', 'ab', '.']],
    ['a?c', ['abc', 'a.c', 'a😀c'], ['ac', 'abbc']],
    ['[a-c]x', ['ax', 'bx', 'cx'], ['dx', 'x', 'a']],
    ['[abc]', ['a', 'b', 'c'], ['d', 'abc']],
    ['[!a]', ['b', '😀'], ['a', '', '.']],
    ['[^a]', ['b'], ['a']],
    ['[!a-cx]', ['d', 'y'], ['a', 'b', 'x']],
    ['[]a]', [']', 'a'], ['b']],
    ['[!]a]', ['b'], [']', 'a']],
    ['[a-]', ['a', '-'], ['b']],
    ['[-a]', ['a', '-'], ['b']],
    ['[z-a]', [], ['a', 'm', 'z', '-']],
    ['[a\\]b]', ['a', ']', 'b'], ['\\']],
    ['[\\!a]', ['!', 'a'], ['b']],
    ['[a-\\c]', ['a', 'b', 'c'], ['\\', '-']],
    ['*[!😀]a', ['xa', '😀xa'], ['😀a']],
    ['[α-ω]', ['β'], ['b']],
    ['[😀-😂]', ['😁'], ['😎']],
    ['[a', ['[a'], ['a']],
    ['[', ['['], ['']],
    ['[]', ['[]'], [']']],
    ['a[[[b', ['a[[[b'], ['a[b']],
    ['\\*', ['*'], ['a', '\\*']],
    ['a\\?b', ['a?b'], ['axb']],
    ['\\[a]', ['[a]'], ['a']],
    ['a\\', ['a\\'], ['a']],
    ['\\\\', ['\\'], ['\\\\']],
    ['{a,b}', ['{a,b}'], ['a', 'b']],
    ['\uDC80*', ['\uDC80x'], ['x']],
  ];
  for (const [pattern, matching, others] of table) {
    const glob = new Glob(pattern);
    for (const name of matching) assert.ok(glob.matches(name), `${pattern} should match ${name}`);
    for (const name of others) assert.ok(!glob.matches(name), `${pattern} should not match ${name}`);
  }
});

test('a name with a leading dot needs a pattern with a leading dot', () => {
  for (const pattern of ['*', '?x', '[.]x', '[!a]x', '*x', '**.x'])
    assert.ok(!new Glob(pattern).matches('.x'), pattern);
  for (const pattern of ['.x', '.*', '.?', '\\.x', '.[a-z]']) assert.ok(new Glob(pattern).matches('.x'), pattern);
});

test('a text is a glob when something in it is a wildcard', () => {
  for (const text of ['*', 'a?', '[a]', 'x[!y]', 'a\\**']) assert.ok(isGlob(text), text);
  for (const text of ['', 'a', '[', '[]', 'a]', '\\*', '\\?', '\\[a]', '{a,b}', 'a\\']) assert.ok(!isGlob(text), text);
  assert.ok(!isGlob('['.repeat(MAX_GLOB_LENGTH * 4)));
});

test('a pattern over the limit is refused', () => {
  assert.ok(new Glob('a'.repeat(MAX_GLOB_LENGTH)).matches('a'.repeat(MAX_GLOB_LENGTH)));
  assert.throws(
    () => new Glob('a'.repeat(MAX_GLOB_LENGTH + 1)),
    (error) => error instanceof SyntaxFault && error.part === 'glob',
  );
});

/** A piece of a pattern: how it is written, and what it matches. */
interface Piece {
  readonly text: string;
  readonly star?: true;
  readonly accepts: (character: string) => boolean;
}

const letters: readonly string[] = ['a', 'b', '.', ']', '-', 'é', '😀', '\uDCFF'];
const literal = fc.constantFrom(...letters).map((letter): Piece => {
  return { text: letter, accepts: (character) => character === letter };
});
const escaped = fc.constantFrom(...letters, '*', '?', '[', '\\').map((letter): Piece => {
  return { text: `\\${letter}`, accepts: (character) => character === letter };
});
const star: Piece = { text: '*', star: true, accepts: () => true };
const any: Piece = { text: '?', accepts: () => true };
const set = fc
  .tuple(fc.boolean(), fc.array(fc.constantFrom(...letters, '!', '*'), { minLength: 1, maxLength: 4 }))
  .map(([negated, members]): Piece => {
    const text = `[${negated ? '!' : ''}${members.map((member) => `\\${member}`).join('')}]`;
    return { text, accepts: (character) => members.includes(character) !== negated };
  });
const pieces = fc.array(fc.oneof(literal, escaped, fc.constant(star), fc.constant(any), set), { maxLength: 8 });
const name = fc.array(fc.constantFrom(...letters, '*', '?', '[', '\\', '!'), { maxLength: 8 });

function naiveMatch(pattern: readonly Piece[], characters: readonly string[]): boolean {
  const [piece, ...later] = pattern;
  if (piece === undefined) return characters.length === 0;
  const [character, ...others] = characters;
  if (piece.star) return naiveMatch(later, characters) || (character !== undefined && naiveMatch(pattern, others));
  return character !== undefined && piece.accepts(character) && naiveMatch(later, others);
}

test('a glob agrees with a naive matcher that tries everything', () => {
  fc.assert(
    fc.property(pieces, name, (pattern, characters) => {
      const isHidden = characters[0] === '.' && pattern[0]?.text !== '.' && pattern[0]?.text !== '\\.';
      const expected = !isHidden && naiveMatch(pattern, characters);
      const text = pattern.map((piece) => piece.text).join('');
      assert.equal(new Glob(text).matches(characters.join('')), expected);
    }),
    { numRuns: 1000 },
  );
});

test('a name with every character escaped matches itself alone and is no glob', () => {
  fc.assert(
    fc.property(name, (characters) => {
      const pattern = characters.map((character) => `\\${character}`).join('');
      assert.ok(new Glob(pattern).matches(characters.join('')));
      assert.ok(!isGlob(pattern));
      assert.ok(!new Glob(pattern).matches(`${characters.join('')}x`));
    }),
  );
});

test('200 stars against a long name take no more steps than name length times pattern length', () => {
  for (const pattern of ['a*'.repeat(200), `${'*a'.repeat(200)}b`, '*'.repeat(200), `*${'a'.repeat(200)}b`]) {
    const glob = new Glob(pattern);
    const text = 'a'.repeat(10_000);
    glob.matches(text);
    assert.ok(glob.steps <= pattern.length * (text.length + 1), `${pattern}: ${glob.steps} steps`);
  }
});
