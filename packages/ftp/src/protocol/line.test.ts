import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Line, LineSplitter } from './line.js';

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const shown = (line: Line): string | null => (line.kind === 'line' ? Buffer.from(line.bytes).toString('latin1') : null);

function split(chunks: readonly string[], maxLineLength = 8): (string | null)[] {
  const splitter = new LineSplitter({ maxLineLength });
  return chunks.flatMap((chunk) => splitter.push(latin1(chunk)).map(shown));
}

/** `null` stands for `too-long`. */
const table: readonly (readonly [name: string, bytes: string, lines: readonly (string | null)[]])[] = [
  ['nothing', '', []],
  ['an unfinished line', 'NOOP', []],
  ['CR LF', 'NOOP\r\nPWD\r\n', ['NOOP', 'PWD']],
  ['LF alone', 'NOOP\nPWD\n', ['NOOP', 'PWD']],
  ['empty lines', '\r\n\n\r\n', ['', '', '']],
  ['only one CR before the LF', 'a\r\r\n', ['a\r']],
  ['a CR inside a line, kept', 'a\rb\r\n', ['a\rb']],
  ['CR NUL and NUL, kept', 'a\r\0b\0\r\n', ['a\r\0b\0']],
  ['a line of exactly the limit', '12345678\r\n', ['12345678']],
  ['a line of exactly the limit with LF alone', '12345678\n', ['12345678']],
  ['a line one byte over the limit', '123456789\r\nok\r\n', [null, 'ok']],
  ['a line over the limit by a CR', '12345678\r\r\nok\r\n', [null, 'ok']],
  ['a line far over the limit', `${'x'.repeat(100)}\r\nok\r\n`, [null, 'ok']],
  ['two lines over the limit', 'xxxxxxxxxx\nok\nyyyyyyyyyyyy\nok\n', [null, 'ok', null, 'ok']],
];

for (const [name, bytes, lines] of table) {
  test(`LineSplitter: ${name}, at every split`, () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.deepEqual(split([bytes.slice(0, at), bytes.slice(at)]), lines, `split at ${at}`);
    }
    assert.deepEqual(split(bytes.split('')), lines, 'byte by byte');
  });
}

test('what LineSplitter yields does not depend on the split', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\0'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      assert.deepEqual(split(pieces), split([pieces.join('')]));
    }),
    { numRuns: 1000 },
  );
});

test('lines up to a large limit are kept whole however they arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(700), { maxLength: 6 }), (lengths) => {
      const chunks = lengths.map((length, i) => String(i).repeat(length));
      assert.deepEqual(split([...chunks, '\r\n'], 5000), [chunks.join('')]);
    }),
  );
});

test('a line over the limit is known before its end, and reported once', () => {
  const splitter = new LineSplitter({ maxLineLength: 4 });
  assert.deepEqual(splitter.push(latin1('12345')), []);
  assert.equal(splitter.overlong, false);
  assert.deepEqual(splitter.push(latin1('6'.repeat(1000))), []);
  assert.equal(splitter.overlong, true);
  assert.deepEqual(splitter.push(latin1('7\n')).map(shown), [null]);
  assert.equal(splitter.overlong, false);
});

test('reset forgets an unfinished line, and that it was too long', () => {
  const splitter = new LineSplitter({ maxLineLength: 4 });
  splitter.push(latin1('PAS'));
  splitter.reset();
  assert.deepEqual(splitter.push(latin1('ok\n')).map(shown), ['ok']);
  splitter.push(latin1('x'.repeat(9)));
  splitter.reset();
  assert.deepEqual(splitter.push(latin1('ok\n')).map(shown), ['ok']);
});

test('a line does not change when the chunk it came in is reused', () => {
  const splitter = new LineSplitter({ maxLineLength: 10 });
  const chunk = latin1('NOOP\n');
  const [line] = splitter.push(chunk);
  chunk.fill(0);
  assert.equal(line === undefined ? undefined : shown(line), 'NOOP');
});
