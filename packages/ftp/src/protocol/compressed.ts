import { ByteSink } from './byte-sink.js';
import { Descriptor, DescriptorReader, encodeMarker } from './descriptor.js';
import type { ModeDecoderOptions } from './descriptor.js';
import { SyntaxFault } from './syntax-fault.js';
import type { Transform } from './transform.js';

const LF = 0x0a;
const ESCAPE = 0x00;
/** The two high bits of a count byte: 0x is a string of data, 10 a replicated byte, 11 filler. */
const REPLICATED = 0x80;
const FILLER = 0xc0;
const LONGEST_STRING = 127;
const LONGEST_RUN = 63;
/** A shorter run costs as much as leaving it in a string of data. */
const SHORTEST_RUN = 3;

export interface CompressedEncoderOptions {
  /** RFC 959 §3.4.3: space (0x20 in TYPE A, 0x40 in TYPE E), zero in TYPE I and L. Both ends must agree. */
  readonly filler: number;
  /** STRU R: each `recordEnd` in the input becomes an end-of-record escape. */
  readonly records?: boolean;
  /** Default LF; NL (0x15) for EBCDIC text, which is framed after its translation. */
  readonly recordEnd?: number;
}

/** MODE C, RFC 959 §3.4.3. Each push gives whole strings and runs: nothing is held back. */
export class CompressedEncoder implements Transform {
  readonly #filler: number;
  readonly #recordEnd: number | undefined;

  constructor(options: CompressedEncoderOptions) {
    this.#filler = options.filler;
    this.#recordEnd = options.records === true ? (options.recordEnd ?? LF) : undefined;
  }

  push(chunk: Uint8Array): Uint8Array {
    const out = new ByteSink(chunk.length + Math.ceil(chunk.length / LONGEST_STRING) + 1);
    let from = 0;
    if (this.#recordEnd !== undefined) {
      for (let end = chunk.indexOf(this.#recordEnd); end >= 0; end = chunk.indexOf(this.#recordEnd, from)) {
        this.#compress(chunk, from, end, out);
        out.put(ESCAPE);
        out.put(Descriptor.endOfRecord);
        from = end + 1;
      }
    }
    this.#compress(chunk, from, chunk.length, out);
    return out.take();
  }

  /** A restart marker, to be sent between two pushes. Throws SyntaxFault('marker') unless 1 to 127 printable characters. */
  marker(text: string): Uint8Array {
    const bytes = encodeMarker(text, LONGEST_STRING);
    const out = new ByteSink(bytes.length + 3);
    out.put(ESCAPE);
    out.put(Descriptor.marker);
    writeStrings(bytes, 0, bytes.length, out);
    return out.take();
  }

  end(): Uint8Array {
    return Uint8Array.of(ESCAPE, Descriptor.endOfFile);
  }

  #compress(chunk: Uint8Array, from: number, to: number, out: ByteSink): void {
    let written = from;
    for (let start = findRun(chunk, from, to); start < to; start = findRun(chunk, written, to)) {
      writeStrings(chunk, written, start, out);
      written = endOfRun(chunk, start, to);
      this.#writeRun(chunk[start] ?? 0, written - start, out);
    }
    writeStrings(chunk, written, to, out);
  }

  #writeRun(byte: number, length: number, out: ByteSink): void {
    for (let left = length; left > 0; left -= LONGEST_RUN) {
      const count = Math.min(left, LONGEST_RUN);
      out.put((byte === this.#filler ? FILLER : REPLICATED) | count);
      if (byte !== this.#filler) out.put(byte);
    }
  }
}

/** Where the next run of at least three equal bytes starts, or `to`. Any such run has an equal pair at an even step from `from`. */
function findRun(chunk: Uint8Array, from: number, to: number): number {
  for (let index = from; index < to - 1; index += 2) {
    const byte = chunk[index];
    if (byte !== chunk[index + 1]) continue;
    if (index > from && chunk[index - 1] === byte) return index - 1;
    if (index + 2 < to && chunk[index + 2] === byte) return index;
  }
  return to;
}

/** Where the run at `start` ends; after whole counts of 63, a remainder too short to gain anything is left out. */
function endOfRun(chunk: Uint8Array, start: number, to: number): number {
  const byte = chunk[start];
  let end = start + SHORTEST_RUN;
  while (end < to && chunk[end] === byte) end++;
  const remainder = (end - start) % LONGEST_RUN;
  return remainder < SHORTEST_RUN ? end - remainder : end;
}

function writeStrings(source: Uint8Array, from: number, to: number, out: ByteSink): void {
  for (let start = from; start < to; start += LONGEST_STRING) {
    const stop = Math.min(start + LONGEST_STRING, to);
    out.put(stop - start);
    out.copy(source, start, stop);
  }
}

type ExpectingByte = 'count' | 'descriptor' | 'replicated' | 'marker-count';
type Expecting = ExpectingByte | 'string' | 'marker';

export interface CompressedDecoderOptions extends ModeDecoderOptions {
  /** The same byte as the encoder's. */
  readonly filler: number;
}

/**
 * Reads MODE C, RFC 959 §3.4.3. Stop pushing once `ended`: the connection stays open and what follows, kept in `rest`, is the
 * next file. A push gives at most 63 times its size. Throws SyntaxFault('compressed').
 */
export class CompressedDecoder implements Transform {
  readonly #filler: number;
  readonly #descriptors: DescriptorReader;
  #expecting: Expecting = 'count';
  /** Bytes still to come of a string or marker, or the count of a replicated byte. */
  #remaining = 0;
  #descriptor = 0;
  #marker = new ByteSink(0);
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(options: CompressedDecoderOptions) {
    this.#filler = options.filler;
    this.#descriptors = new DescriptorReader('compressed', options);
  }

  /** The end-of-file code has been read. */
  get ended(): boolean {
    return this.#descriptors.ended;
  }

  /** What followed the end of file in the same push. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.ended && chunk.length > 0) throw new SyntaxFault('compressed', 'Data after the end of file');
    const out = new ByteSink(chunk.length + 1);
    let index = 0;
    while (index < chunk.length && !this.ended) {
      const expecting = this.#expecting;
      if (expecting === 'string' || expecting === 'marker') index = this.#readString(chunk, index, out);
      else this.#readByte(expecting, chunk[index++] ?? 0, out);
    }
    this.#position += out.length;
    if (this.ended) this.#rest = chunk.subarray(index);
    return out.take();
  }

  end(): Uint8Array {
    if (!this.ended) throw new SyntaxFault('compressed', 'The data ended without an end-of-file code');
    return new Uint8Array(0);
  }

  #readByte(expecting: ExpectingByte, byte: number, out: ByteSink): void {
    switch (expecting) {
      case 'descriptor':
        this.#readDescriptor(byte, out);
        break;
      case 'replicated':
        out.fill(byte, this.#remaining);
        this.#expecting = 'count';
        break;
      case 'marker-count':
        if (byte > LONGEST_STRING) throw new SyntaxFault('compressed', 'A restart marker must be a string of data');
        this.#descriptors.beginMarker(byte);
        this.#expect('marker', byte);
        break;
      case 'count':
        this.#readCount(byte, out);
        break;
    }
  }

  #readCount(byte: number, out: ByteSink): void {
    if (byte === ESCAPE) this.#expecting = 'descriptor';
    else if (byte <= LONGEST_STRING) this.#expect('string', byte);
    else if (byte < FILLER) this.#expect('replicated', byte - REPLICATED);
    else out.fill(this.#filler, byte - FILLER);
  }

  #readDescriptor(descriptor: number, out: ByteSink): void {
    if (descriptor === 0) throw new SyntaxFault('compressed', 'An escape sequence without a descriptor');
    this.#descriptors.begin(descriptor);
    if (descriptor & Descriptor.marker) {
      this.#descriptor = descriptor;
      this.#marker = new ByteSink(LONGEST_STRING);
      this.#expecting = 'marker-count';
      return;
    }
    this.#descriptors.finish(descriptor, out);
    this.#expecting = 'count';
  }

  #readString(chunk: Uint8Array, index: number, out: ByteSink): number {
    const stop = Math.min(index + this.#remaining, chunk.length);
    (this.#expecting === 'marker' ? this.#marker : out).copy(chunk, index, stop);
    this.#remaining -= stop - index;
    if (this.#remaining > 0) return stop;
    if (this.#expecting === 'marker') {
      this.#descriptors.endMarker(this.#marker.take(), this.#position + out.length);
      this.#descriptors.finish(this.#descriptor, out);
    }
    this.#expecting = 'count';
    return stop;
  }

  #expect(expecting: Expecting, remaining: number): void {
    this.#expecting = expecting;
    this.#remaining = remaining;
  }
}
