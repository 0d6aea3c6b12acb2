import { ByteSink } from './byte-sink.js';
import { Descriptor, DescriptorReader, encodeMarker } from './descriptor.js';
import type { ModeDecoderOptions } from './descriptor.js';
import { SyntaxFault } from './syntax-fault.js';
import type { Transform } from './transform.js';

const LF = 0x0a;
const HEADER_LENGTH = 3;
/** The largest count a block header holds. */
const LARGEST_BLOCK = 65_535;
const LARGEST_MARKER = 255;
const DEFAULT_BLOCK_SIZE = 32_768;

export interface BlockEncoderOptions {
  /** Data octets in a block at most, 1 to 65535; default 32768. */
  readonly blockSize?: number;
  /** STRU R: each `recordEnd` in the input is taken out and the block before it says end of record. */
  readonly records?: boolean;
  /** Default LF; NL (0x15) for EBCDIC text, which is framed after its translation. */
  readonly recordEnd?: number;
}

/** MODE B, RFC 959 §3.4.2. Each push gives whole blocks: nothing is held back. */
export class BlockEncoder implements Transform {
  readonly #blockSize: number;
  /** -1, which no byte is, where there are no records. */
  readonly #recordEnd: number;

  constructor(options: BlockEncoderOptions = {}) {
    this.#blockSize = Math.max(1, Math.min(options.blockSize ?? DEFAULT_BLOCK_SIZE, LARGEST_BLOCK));
    this.#recordEnd = options.records === true ? (options.recordEnd ?? LF) : -1;
  }

  push(chunk: Uint8Array): Uint8Array {
    const size = chunk.length;
    const out = new ByteSink(size + HEADER_LENGTH * (Math.ceil(size / this.#blockSize) + 1));
    let from = 0;
    for (let end = this.#findEnd(chunk, 0); end >= 0; end = this.#findEnd(chunk, from)) {
      this.#writeBlocks(out, chunk.subarray(from, end), Descriptor.endOfRecord);
      from = end + 1;
    }
    if (from < size) this.#writeBlocks(out, chunk.subarray(from), 0);
    return out.take();
  }

  /** A restart marker block, to be sent between two pushes. Throws SyntaxFault('marker') unless 1 to 255 printable characters. */
  marker(text: string): Uint8Array {
    const bytes = encodeMarker(text, LARGEST_MARKER);
    const out = new ByteSink(HEADER_LENGTH + bytes.length);
    writeBlock(out, Descriptor.marker, bytes);
    return out.take();
  }

  end(): Uint8Array {
    return Uint8Array.of(Descriptor.endOfFile, 0, 0);
  }

  #findEnd(chunk: Uint8Array, from: number): number {
    return this.#recordEnd < 0 ? -1 : chunk.indexOf(this.#recordEnd, from);
  }

  #writeBlocks(out: ByteSink, data: Uint8Array, descriptor: number): void {
    let from = 0;
    for (; data.length - from > this.#blockSize; from += this.#blockSize) {
      writeBlock(out, 0, data.subarray(from, from + this.#blockSize));
    }
    writeBlock(out, descriptor, data.subarray(from));
  }
}

function writeBlock(out: ByteSink, descriptor: number, data: Uint8Array): void {
  out.put(descriptor);
  out.put(data.length >> 8);
  out.put(data.length & 0xff);
  out.copy(data, 0, data.length);
}

/**
 * Reads MODE B, RFC 959 §3.4.2. Stop pushing once `ended`: the connection stays open and what follows, kept in `rest`, is the
 * next file. Throws SyntaxFault('block').
 */
export class BlockDecoder implements Transform {
  readonly #descriptors: DescriptorReader;
  readonly #header = new Uint8Array(HEADER_LENGTH);
  #headerFilled = 0;
  #remaining = 0;
  /** Where the data of a marker block goes. */
  #marker: ByteSink | undefined;
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(options: ModeDecoderOptions = {}) {
    this.#descriptors = new DescriptorReader('block', options);
  }

  /** The end-of-file block has been read. */
  get ended(): boolean {
    return this.#descriptors.ended;
  }

  /** What followed the end of file in the same push. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  push(chunk: Uint8Array): Uint8Array {
    const size = chunk.length;
    if (this.ended && size > 0) throw new SyntaxFault('block', 'Data after the end-of-file block');
    if (this.#remaining > size && !this.#marker) {
      this.#remaining -= size;
      this.#position += size;
      return chunk;
    }
    const out = new ByteSink(size + 1);
    let index = 0;
    while (index < size && !this.ended) {
      index = this.#remaining > 0 ? this.#readData(chunk, index, out) : this.#readHeader(chunk, index, out);
    }
    this.#position += out.length;
    if (this.ended) this.#rest = chunk.subarray(index);
    return out.take();
  }

  end(): Uint8Array {
    if (!this.ended) throw new SyntaxFault('block', 'The data ended without an end-of-file block');
    return new Uint8Array(0);
  }

  #readHeader(chunk: Uint8Array, index: number, out: ByteSink): number {
    this.#header[this.#headerFilled++] = chunk[index] ?? 0;
    if (this.#headerFilled === HEADER_LENGTH) {
      this.#headerFilled = 0;
      const [descriptor = 0, high = 0, low = 0] = this.#header;
      this.#descriptors.begin(descriptor);
      this.#remaining = high * 256 + low;
      if (descriptor & Descriptor.marker) {
        this.#descriptors.beginMarker(this.#remaining);
        this.#marker = new ByteSink(this.#remaining);
      }
      if (this.#remaining === 0) this.#finishBlock(out);
    }
    return index + 1;
  }

  #readData(chunk: Uint8Array, index: number, out: ByteSink): number {
    const stop = Math.min(index + this.#remaining, chunk.length);
    (this.#marker ?? out).copy(chunk, index, stop);
    this.#remaining -= stop - index;
    if (this.#remaining === 0) this.#finishBlock(out);
    return stop;
  }

  #finishBlock(out: ByteSink): void {
    if (this.#marker) this.#descriptors.endMarker(this.#marker.take(), this.#position + out.length);
    this.#marker = undefined;
    this.#descriptors.finish(this.#header[0] ?? 0, out);
  }
}
