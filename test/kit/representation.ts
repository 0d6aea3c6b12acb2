import { deflateSync, inflateSync } from 'node:zlib';
import {
  AsciiDecoder,
  AsciiEncoder,
  BlockDecoder,
  BlockEncoder,
  CompressedDecoder,
  CompressedEncoder,
  EbcdicDecoder,
  EbcdicEncoder,
  type Mode,
  PageDecoder,
  PageEncoder,
  RecordDecoder,
  RecordEncoder,
  type Structure,
  type Transform,
  chain,
} from '@twinport/ftp/protocol';

/** What TYPE, STRU and MODE were set to. */
export interface Agreed {
  readonly type: 'A' | 'E' | 'I' | 'L 8';
  readonly structure: Structure;
  readonly mode: Mode;
}

const isFramed = ({ mode }: Agreed): boolean => mode === 'B' || mode === 'C';

function recordOptions({ type, structure }: Agreed): { records: boolean; recordEnd: number } {
  return { records: structure === 'R', recordEnd: type === 'E' ? 0x15 : 0x0a };
}

function filler({ type }: Agreed): number {
  return { A: 0x20, E: 0x40, I: 0, 'L 8': 0 }[type];
}

/** The decoder of mode B or C. */
export function modeDecoder(
  agreed: Agreed,
  onMarker: (text: string, position: number) => void = () => {},
): BlockDecoder | CompressedDecoder {
  const options = { ...recordOptions(agreed), onMarker };
  return agreed.mode === 'B'
    ? new BlockDecoder(options)
    : new CompressedDecoder({ ...options, filler: filler(agreed) });
}

/** The encoder of mode B or C. */
export function modeEncoder(agreed: Agreed): BlockEncoder | CompressedEncoder {
  const options = recordOptions(agreed);
  return agreed.mode === 'B'
    ? new BlockEncoder(options)
    : new CompressedEncoder({ ...options, filler: filler(agreed) });
}

function run(transform: Transform, bytes: Uint8Array): Buffer {
  // `end` first needs the output of `push` to be kept: the two may share memory.
  const pushed = Buffer.from(transform.push(bytes));
  return Buffer.concat([pushed, transform.end()]);
}

/** A whole file as a client puts it on the data connection. */
export function encode(agreed: Agreed, file: Uint8Array): Buffer {
  const { type, structure, mode } = agreed;
  const stages: Transform[] = [];
  if (type === 'A' && structure !== 'R') stages.push(new AsciiEncoder());
  if (type === 'E') stages.push(new EbcdicEncoder('037'));
  if (structure === 'P') stages.push(new PageEncoder());
  if (structure === 'R' && !isFramed(agreed)) stages.push(new RecordEncoder(recordOptions(agreed)));
  if (isFramed(agreed)) stages.push(modeEncoder(agreed));
  const bytes = run(chain(...stages), file);
  return mode === 'Z' ? deflateSync(bytes) : bytes;
}

/** A whole file out of what came on the data connection, the mode of B and C already taken off. */
export function decodeUnframed({ type, structure, mode }: Agreed, bytes: Uint8Array): Buffer {
  const framed = mode === 'B' || mode === 'C';
  const stages: Transform[] = [];
  if (structure === 'R' && !framed) stages.push(new RecordDecoder({ recordEnd: type === 'E' ? 0x15 : 0x0a }));
  if (structure === 'P') stages.push(new PageDecoder());
  if (type === 'A' && structure !== 'R') stages.push(new AsciiDecoder());
  if (type === 'E') stages.push(new EbcdicDecoder('037'));
  return run(chain(...stages), mode === 'Z' ? inflateSync(bytes) : bytes);
}
