import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bytesOf } from './packet-writer.test.js';
import { type StreamPiece, TcpStream } from './tcp-stream.js';

const LIMITS = { maxHeldBytes: 10_000 };

function text(pieces: readonly StreamPiece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'bytes' ? new TextDecoder().decode(piece.bytes) : `[${piece.length}]`))
    .join('');
}

/** `seq text`, or `ack N`. */
function run(
  start: number | undefined,
  ...events: readonly (readonly [seq: number, text: string, length?: number] | number)[]
): string {
  const stream = new TcpStream(LIMITS);
  if (start !== undefined) stream.begin(start - 1);
  return text(
    events.flatMap((event) => {
      if (typeof event === 'number') return stream.acknowledge(event);
      const [seq, sent, length = sent.length] = event;
      return stream.push(seq, bytesOf(sent), length);
    }),
  );
}

const CASES: readonly (readonly [name: string, wanted: string, given: string])[] = [
  ['in order', 'abcdef', run(10, [10, 'abc'], [13, 'def'])],
  ['the other way round', 'abcdef', run(10, [13, 'def'], [10, 'abc'])],
  ['sent again', 'abcdef', run(10, [10, 'abc'], [10, 'abc'], [13, 'def'], [10, 'abcdef'])],
  ['overlapping: the first counts', 'abcDEF', run(10, [10, 'abc'], [11, 'XXDEF'])],
  ['overlapping what waits', 'abcdef', run(10, [12, 'cd'], [10, 'abc'], [13, 'def'])],
  ['across the end of the numbers', 'abcdef', run(0xffff_fffe, [0xffff_fffe, 'abc'], [1, 'def'])],
  ['begun in the middle', 'def', run(undefined, [13, 'def'])],
  ['missing, not acknowledged yet: it may still come', '', run(10, [13, 'def'])],
  ['missing and acknowledged: lost by the capture', '[3]def', run(10, [13, 'def'], 16)],
  ['acknowledged before what follows comes', '[3]def', run(10, 16, [13, 'def'])],
  ['cut by the snap length', 'ab[3]fg', run(10, [10, 'ab', 5], [15, 'fg'])],
  ['a keepalive', 'abc', run(10, [10, 'abc'], [12, 'x'])],
];

for (const [name, wanted, given] of CASES) test(name, () => assert.equal(given, wanted));

test('what waits is bounded, whatever comes', () => {
  const stream = new TcpStream({ maxHeldBytes: 1_000 });
  stream.begin(0);
  let given = 0;
  for (let seq = 10; seq < 1_000_000; seq += 100)
    given += stream
      .push(seq, new Uint8Array(50), 50)
      .reduce((sum, piece) => sum + (piece.kind === 'bytes' ? piece.bytes.length : 0), 0);
  assert.ok(given > 490_000, String(given));
});

test('segments in any order, cut anyhow, sent once or more, give the text', () => {
  const sent = 'The quick brown fox jumps over the lazy dog';
  const pieces = fc.array(fc.tuple(fc.nat(sent.length), fc.nat(sent.length)), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, fc.nat(0xffff_ffff), (cuts, start) => {
      const stream = new TcpStream(LIMITS);
      stream.begin(start);
      const all = [...cuts, [0, sent.length] as const].map(
        ([one, other]) => [Math.min(one, other), Math.max(one, other)] as const,
      );
      const given = all.flatMap(([from, to]) =>
        stream.push((start + 1 + from) >>> 0, bytesOf(sent.slice(from, to)), to - from),
      );
      assert.equal(text(given), sent);
    }),
  );
});
