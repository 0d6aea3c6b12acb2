import assert from 'node:assert/strict';
import {
  AsciiDecoder,
  AsciiEncoder,
  BlockDecoder,
  BlockEncoder,
  CompressedDecoder,
  CompressedEncoder,
  EbcdicDecoder,
  EbcdicEncoder,
  PageDecoder,
  PageEncoder,
  RecordDecoder,
  RecordEncoder,
  SyntaxFault,
} from '@twinport/ftp/protocol';
import type { Transform } from '@twinport/ftp/protocol';

/** A replicated byte in MODE C: 63 from two, and 63 filler from one. */
const LARGEST_EXPANSION = 64;
const CR = 0x0d;

/** Cuts the bytes where the bytes say: the first of each piece gives its length, so that the fuzzer chooses the cuts. */
function pieces(bytes: Uint8Array): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + ((bytes[at] ?? 0) % 29);
    cut.push(bytes.subarray(at, at + length));
    at += length;
  }
  return cut;
}

interface Result {
  readonly output: Uint8Array;
  readonly fault: SyntaxFault | undefined;
}

/** Everything a transform gives for its input, up to its end or its fault. Any other error is a finding. */
function run(transform: Transform, input: Uint8Array[]): Result {
  const output: number[] = [];
  let size = 0;
  try {
    for (const piece of input) {
      size += piece.length;
      for (const byte of transform.push(piece)) output.push(byte);
      assert.ok(output.length <= size * LARGEST_EXPANSION + 1, 'the output is bounded by the input');
    }
    for (const byte of transform.end()) output.push(byte);
  } catch (fault) {
    if (fault instanceof SyntaxFault) return { output: Uint8Array.from(output), fault };
    throw fault;
  }
  return { output: Uint8Array.from(output), fault: undefined };
}

/** Arbitrary bytes: the same verdict and the same output in one piece and in many. */
function checkDecoder(decoder: () => Transform, bytes: Uint8Array): void {
  const whole = run(decoder(), [bytes]);
  const cut = run(decoder(), pieces(bytes));
  assert.equal(cut.fault?.part, whole.fault?.part);
  if (!whole.fault) assert.deepEqual(cut.output, whole.output);
}

function checkRoundTrip(encoder: () => Transform, decoder: () => Transform, bytes: Uint8Array): void {
  const wire = run(encoder(), pieces(bytes)).output;
  const back = run(decoder(), pieces(wire));
  assert.equal(back.fault, undefined);
  assert.deepEqual(back.output, Uint8Array.from(bytes));
}

function target(encoder: () => Transform, decoder: () => Transform): (bytes: Uint8Array) => void {
  return (bytes) => {
    checkDecoder(decoder, bytes);
    checkRoundTrip(encoder, decoder, bytes);
  };
}

function asciiDecoder(): Transform {
  return new AsciiDecoder();
}

/** One target a decoder: no error but SyntaxFault, bounded output, and what was encoded comes back. */
export const transformTargets: Record<string, (bytes: Uint8Array) => void> = {
  ascii: (bytes) => {
    checkDecoder(asciiDecoder, bytes);
    const withoutCr = bytes.filter((byte) => byte !== CR);
    checkRoundTrip(() => new AsciiEncoder(), asciiDecoder, withoutCr);
  },
  'ebcdic-037': target(
    () => new EbcdicEncoder('037'),
    () => new EbcdicDecoder('037'),
  ),
  'ebcdic-1047': target(
    () => new EbcdicEncoder('1047'),
    () => new EbcdicDecoder('1047'),
  ),
  record: target(
    () => new RecordEncoder(),
    () => new RecordDecoder(),
  ),
  page: target(
    () => new PageEncoder(),
    () => new PageDecoder(),
  ),
  block: target(
    () => new BlockEncoder({ blockSize: 5 }),
    () => untilEnded(new BlockDecoder()),
  ),
  'block-records': target(
    () => new BlockEncoder({ records: true }),
    () => untilEnded(new BlockDecoder({ records: true })),
  ),
  compressed: target(
    () => new CompressedEncoder({ filler: 0 }),
    () => untilEnded(new CompressedDecoder({ filler: 0 })),
  ),
  'compressed-records': target(
    () => new CompressedEncoder({ filler: 0x20, records: true }),
    () => untilEnded(new CompressedDecoder({ filler: 0x20, records: true })),
  ),
};

/** As a receiver uses it: nothing is pushed once the file has ended. */
function untilEnded(decoder: BlockDecoder | CompressedDecoder): Transform {
  return {
    push: (chunk) => (decoder.ended ? new Uint8Array(0) : decoder.push(chunk)),
    end: () => decoder.end(),
  };
}
