import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cutEnd, displayWidth, padEndTo, shortenMiddle, wrapWords } from './display-width.js';
import { unpainted } from './style.js';

test('a width is counted in cells: wide characters two, accents none', () => {
  assert.equal(displayWidth('abc'), 3);
  assert.equal(displayWidth('日本'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('👩‍👩‍👧'), 2);
  assert.equal(displayWidth('한글 ok'), 7);
});

test('the middle of a long name gives way, so that folder and extension stay', () => {
  assert.equal(shortenMiddle('a-quite-long-name.tar.gz', 14), 'a-quit….tar.gz');
  assert.equal(shortenMiddle('short.txt', 14), 'short.txt');
  assert.equal(shortenMiddle('日本語日本語.txt', 10), '日本….txt');
  assert.equal(shortenMiddle('abc', 1), '…');
  assert.equal(shortenMiddle('abc', 0), '');
});

test('whatever the text, what is shortened, cut or padded keeps to the width', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 40 }), (name, width) => {
      assert.ok(displayWidth(shortenMiddle(name, width)) <= width);
      assert.ok(displayWidth(cutEnd(name, width)) <= width);
      assert.ok(displayWidth(padEndTo(name, width)) >= width);
    }),
  );
});

test('a line that is too long is broken between words, and goes on set in', () => {
  const cases: readonly (readonly [text: string, columns: number, lines: readonly string[]])[] = [
    ['short', 6, ['short']],
    ['twinport: a.txt: not found', 16, ['twinport:', '  a.txt: not', '  found']],
    ['  hint: one two three', 12, ['  hint: one', '    two', '    three']],
    ['onewordthatdoesnotfit and more', 10, ['onewordthatdoesnotfit', '  and', '  more']],
    ['日本 日本 日本', 10, ['日本 日本', '  日本']],
    ['', 10, ['']],
  ];
  for (const [text, columns, lines] of cases) assert.deepEqual(wrapWords(text, columns), lines);
  const painted = '\u001b[31mred words here\u001b[39m';
  assert.deepEqual(wrapWords(painted, 80, unpainted), [painted]);
  assert.deepEqual(wrapWords(painted, 10, unpainted).map(unpainted), ['red words', '  here']);
});
