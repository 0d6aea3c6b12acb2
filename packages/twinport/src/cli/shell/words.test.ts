import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, constantFrom, property, string } from 'fast-check';
import { UsageFault } from '../../daemon/usage-fault.js';
import { MAX_LINE_LENGTH, escapeName, openWord, parseLine, quoteWord } from './words.js';

const texts = (line: string): string[][] => parseLine(line).map(({ words }) => words.map(({ text }) => text));

const LINES: readonly (readonly [line: string, commands: string[][]])[] = [
  ['', []],
  ['   ', []],
  ['# a comment', []],
  ['ls', [['ls']]],
  ['  ls   -l  pub ', [['ls', '-l', 'pub']]],
  ["get 'my file.txt'", [['get', 'my file.txt']]],
  ['get "my file.txt"', [['get', 'my file.txt']]],
  [String.raw`get my\ file.txt`, [['get', 'my file.txt']]],
  [String.raw`get "a \"b\" \\ \x"`, [['get', String.raw`a "b" \ \x`]]],
  [String.raw`get 'a\b'`, [['get', String.raw`a\b`]]],
  [String.raw`get 'it'\''s'`, [['get', "it's"]]],
  [`get a"b c"'d e'f`, [['get', 'ab cd ef']]],
  ["get ''", [['get', '']]],
  ['ls; pwd', [['ls'], ['pwd']]],
  ['ls;pwd;', [['ls'], ['pwd']]],
  ['cd a && ls', [['cd', 'a'], ['ls']]],
  ["get 'a;b' 'c&d' # all", [['get', 'a;b', 'c&d']]],
  ['get a#b', [['get', 'a#b']]],
  [String.raw`get \#a`, [['get', '#a']]],
  ['get a!', [['get', 'a!']]],
];

for (const [line, commands] of LINES)
  test(`the line ${JSON.stringify(line)}`, () => assert.deepEqual(texts(line), commands));

test('what ends a command says how it goes on', () => {
  assert.deepEqual(
    parseLine('a && b & c; d').map(({ end }) => end),
    ['&&', '&', ';', ';'],
  );
});

test('! gives all that follows to the shell of the system', () => {
  const [first, second] = parseLine(`pwd; ! echo "a ; b" | wc && x # y`);
  assert.equal(first?.local, undefined);
  assert.equal(second?.local, 'echo "a ; b" | wc && x # y');
});

for (const line of ["get 'a", 'get "a', 'get a\\', 'ls &&', '; ls', 'ls ;; ls', '&', 'ls & &'])
  test(`${line} is not finished, or begins with nothing`, () => assert.throws(() => parseLine(line), UsageFault));

test('a line has a limit', () => {
  assert.throws(() => parseLine('x'.repeat(MAX_LINE_LENGTH + 1)), UsageFault);
});

const patternOf = (line: string): string | undefined => parseLine(line)[0]?.words[1]?.pattern;

test('what is quoted is no pattern', () => {
  assert.equal(patternOf('ls *.txt'), '*.txt');
  assert.equal(patternOf("ls '*.txt'"), '[*].txt');
  assert.equal(patternOf(String.raw`ls a\?b*`), 'a[?]b*');
  assert.equal(patternOf('ls "[x]"'), '[[]x]');
});

test('a quoted word is the word again, written alone or within a quote', () => {
  check(
    property(string({ maxLength: 20, unit: 'binary' }), (name) => {
      assert.deepEqual(texts(`get ${quoteWord(name)}`), [['get', name]]);
      if (name === '') return;
      for (const quote of ['', "'", '"'] as const)
        assert.deepEqual(texts(`get ${quote}${escapeName(name, quote)}${quote}`), [['get', name]]);
    }),
  );
});

test('no line does more than throw UsageFault', () => {
  const piece = constantFrom('a', ' ', "'", '"', '\\', ';', '&', '&&', '#', '!', '*', '/', '\n');
  check(
    property(array(piece, { maxLength: 12 }), (pieces) => {
      const line = pieces.join('');
      openWord(line);
      try {
        parseLine(line);
      } catch (error) {
        assert.ok(error instanceof UsageFault);
      }
    }),
  );
});

test('the open word is what is being written, from its last slash on', () => {
  const cases: readonly (readonly [line: string, text: string, written: string, quote: string, before: number])[] = [
    ['', '', '', '', 0],
    ['ls ', '', '', '', 1],
    ['ls pu', 'pu', 'pu', '', 1],
    ['ls pub/de', 'pub/de', 'de', '', 1],
    [String.raw`ls my\ d`, 'my d', String.raw`my\ d`, '', 1],
    ["ls 'my d", 'my d', "'my d", "'", 1],
    ['ls "my docs/re', 'my docs/re', 're', '"', 1],
    ['cd a; ls -l x', 'x', 'x', '', 2],
    ['cd a && l', 'l', 'l', '', 0],
  ];
  for (const [line, text, written, quote, before] of cases) {
    const open = openWord(line);
    assert.deepEqual(
      [open.word.text, open.written, open.quote, open.before.length],
      [text, written, quote, before],
      line,
    );
  }
});
