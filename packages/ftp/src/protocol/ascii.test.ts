import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AsciiDecoder, AsciiEncoder } from './ascii.js';
import { anyPieces, bytes, checkEveryCut, latin1, run } from './split-points.test.js';

const longLine = 'x'.repeat(100);

const encoded: [string, string][] = [
  ['', ''],
  ['abc', 'abc'],
  ['\n', '\r\n'],
  ['a\nb\n', 'a\r\nb\r\n'],
  ['\n\n\n', '\r\n\r\n\r\n'],
  ['a\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\r\n\nb', 'a\r\n\r\nb'],
  ['a\rb', 'a\rb'],
  ['a\r', 'a\r'],
  ['\r\r\n', '\r\r\n'],
  [`${longLine}\n${longLine}`, `${longLine}\r\n${longLine}`],
  ['\xff\x00\n\x80', '\xff\x00\r\n\x80'],
];

for (const [stored, wire] of encoded) {
  test(`stored ${JSON.stringify(stored.slice(0, 12))} is sent with CRLF at every split point`, () => {
    checkEveryCut(() => new AsciiEncoder(), stored, wire);
  });
}

const decoded: [string, string][] = [
  ['', ''],
  ['abc', 'abc'],
  ['\r\n', '\n'],
  ['a\r\nb\r\n', 'a\nb\n'],
  ['\r\n\r\n', '\n\n'],
  ['a\nb', 'a\nb'],
  ['a\rb', 'a\rb'],
  ['a\r', 'a\r'],
  ['a\r\0b', 'a\rb'],
  ['a\r\0', 'a\r'],
  ['\r\0\r\n', '\r\n'],
  ['\r\r\n', '\r\n'],
  ['\r\r\r', '\r\r\r'],
  ['a\0b', 'a\0b'],
  [`${longLine}\r\n${longLine}`, `${longLine}\n${longLine}`],
];

for (const [wire, stored] of decoded) {
  test(`received ${JSON.stringify(wire.slice(0, 12))} is stored with LF at every split point`, () => {
    checkEveryCut(() => new AsciiDecoder(), wire, stored);
  });
}

test('bytes without CR come back from the wire as they were', () => {
  const withoutCr = anyPieces.map((pieces) => pieces.map((piece) => piece.filter((byte) => byte !== 0x0d)));
  fc.assert(
    fc.property(withoutCr, fc.nat(), (pieces, seed) => {
      const wire = bytes(run(new AsciiEncoder(), pieces));
      const cut = seed % (wire.length + 1);
      const back = run(new AsciiDecoder(), [wire.subarray(0, cut), wire.subarray(cut)]);
      assert.equal(back, pieces.map(latin1).join(''));
    }),
  );
});

test('a chunk with nothing to change is passed on without a copy', () => {
  const chunk = bytes('no line end here');
  assert.equal(new AsciiEncoder().push(chunk), chunk);
  assert.equal(new AsciiDecoder().push(chunk), chunk);
});

test('a file of line ends only doubles', () => {
  assert.equal(new AsciiEncoder().push(new Uint8Array(10_000).fill(0x0a)).length, 20_000);
});
