import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Transform } from './transform.js';

/** The bytes of an ISO 8859-1 string, so that wire bytes can be written as text. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The reverse of {@link bytes}: comparing strings shows a readable difference. */
export function latin1(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join('');
}

/** Everything `transform` gives for these pieces, and for its end. */
export function run(transform: Transform, pieces: Uint8Array[]): string {
  const out = pieces.map((piece) => latin1(transform.push(piece)));
  return out.join('') + latin1(transform.end());
}

/** The input whole, cut in two at each point, byte by byte, and with empty pieces between. */
export function everyCut(input: Uint8Array): Uint8Array[][] {
  const cuts = Array.from(input, (_, at) => [input.subarray(0, at), input.subarray(at)]);
  const single = Array.from(input, (byte) => Uint8Array.of(byte));
  return [[input], ...cuts, single, single.flatMap((piece) => [new Uint8Array(0), piece])];
}

/** `input` becomes `output` however it is cut. */
export function checkEveryCut(make: () => Transform, input: string, output: string): void {
  for (const pieces of everyCut(bytes(input))) assert.equal(run(make(), pieces), output);
}

/** `input` is refused with a fault in `part` however it is cut. */
export function checkRefused(make: () => Transform, input: string, part: string): void {
  for (const pieces of everyCut(bytes(input))) {
    assert.throws(() => run(make(), pieces), { name: 'SyntaxFault', part }, JSON.stringify(input));
  }
}

/** Bytes in pieces of any size, with the bytes that mean something to some transform more often than by chance. */
export const anyPieces: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom(0x00, 0x0a, 0x0d, 0x15, 0x20, 0x61, 0xff), { maxLength: 40 })
      .map((list) => Uint8Array.from(list)),
    fc.tuple(fc.nat(255), fc.nat(300)).map(([byte, count]) => new Uint8Array(count).fill(byte)),
  ),
  { maxLength: 8 },
);

/** Encoded and decoded, with both sides in pieces, any bytes come back. */
export function checkRoundTrip(encoder: () => Transform, decoder: () => Transform): void {
  fc.assert(
    fc.property(anyPieces, fc.integer({ min: 1, max: 400 }), (pieces, size) => {
      const wire = bytes(run(encoder(), pieces));
      const received: Uint8Array[] = [];
      for (let at = 0; at < wire.length; at += size) received.push(wire.subarray(at, at + size));
      assert.equal(run(decoder(), received), pieces.map(latin1).join(''));
    }),
  );
}
