import { randomBytes } from 'node:crypto';

const BLOCK = 8 * 1024 * 1024;
/** Each page of a block says where it is: a block lost, doubled or out of place does not go unseen. */
const PAGE = 4096;
/** Of a compressible page so many octets are random, and the others are zero. */
const RANDOM_IN_PAGE = 512;

/** A file too large for memory, whose every octet can be told from its position. */
export class LargeContent {
  readonly length: number;
  readonly #base: Buffer;
  #block: Buffer;
  #index = -1;

  /** `length` in octets, a multiple of 8 MiB. */
  constructor(length: number, options: { readonly compressible: boolean }) {
    if (length % BLOCK !== 0) throw new RangeError('whole blocks only');
    this.length = length;
    this.#base = randomBytes(BLOCK);
    if (options.compressible) {
      for (let page = 0; page < BLOCK; page += PAGE) this.#base.fill(0, page + RANDOM_IN_PAGE, page + PAGE);
    }
    this.#block = Buffer.from(this.#base);
  }

  /** The whole file, block by block. A block is valid until the next is asked for. */
  *blocks(): Generator<Buffer> {
    for (let index = 0; index * BLOCK < this.length; index += 1) yield this.#at(index);
  }

  /** Where the chunk differs from the file at `position`, or undefined when it does not. */
  difference(position: number, chunk: Uint8Array): number | undefined {
    for (let done = 0; done < chunk.length;) {
      const at = position + done;
      if (at >= this.length) return at;
      const offset = at % BLOCK;
      const length = Math.min(BLOCK - offset, chunk.length - done);
      const expected = this.#at(Math.floor(at / BLOCK)).subarray(offset, offset + length);
      if (!expected.equals(chunk.subarray(done, done + length))) return at;
      done += length;
    }
    return undefined;
  }

  #at(index: number): Buffer {
    if (index === this.#index) return this.#block;
    for (let page = 0; page < BLOCK; page += PAGE) this.#block.writeDoubleLE(index * BLOCK + page, page);
    this.#index = index;
    return this.#block;
  }
}

/** Compares a stream of chunks with a file. */
export class Comparison {
  readonly #content: LargeContent;
  #position = 0;

  constructor(content: LargeContent) {
    this.#content = content;
  }

  /** Throws at the first octet that is not as it should be. */
  take(chunk: Uint8Array): void {
    const difference = this.#content.difference(this.#position, chunk);
    if (difference !== undefined) throw new Error(`different within the ${chunk.length} octets at ${difference}`);
    this.#position += chunk.length;
  }

  /** Throws unless the whole file was taken. */
  end(): void {
    if (this.#position !== this.#content.length) throw new Error(`${this.#position} octets of ${this.#content.length}`);
  }
}
