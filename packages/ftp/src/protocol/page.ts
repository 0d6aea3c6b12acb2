import { ByteSink } from './byte-sink.js';
import { SyntaxFault } from './syntax-fault.js';
import type { Transform } from './transform.js';

/** RFC 959 §3.1.2.3: the smallest header is its own length, the page index, the data length and the page type. */
const HEADER_LENGTH = 4;
/** The largest length a header field holds: with TYPE L 8 a logical byte, and so a field, is 8 bits. */
const PAGE_SIZE = 255;
const LAST_PAGE = 0;
const SIMPLE_PAGE = 1;
const DESCRIPTOR_PAGE = 2;
const ACCESS_CONTROLLED_PAGE = 3;

/** STRU P, RFC 959 §3.1.2.3: simple pages of 255 bytes, indexed from 0 modulo 256, then an empty last page. */
export class PageEncoder implements Transform {
  readonly #page = new Uint8Array(PAGE_SIZE);
  #held = 0;
  #index = 0;

  push(chunk: Uint8Array): Uint8Array {
    const pages = Math.floor((this.#held + chunk.length) / PAGE_SIZE);
    const out = new ByteSink(pages * (HEADER_LENGTH + PAGE_SIZE));
    let from = 0;
    if (this.#held > 0) {
      from = Math.min(PAGE_SIZE - this.#held, chunk.length);
      this.#hold(chunk.subarray(0, from));
      if (this.#held < PAGE_SIZE) return out.take();
      this.#write(out, this.#page, 0, PAGE_SIZE);
      this.#held = 0;
    }
    for (; chunk.length - from >= PAGE_SIZE; from += PAGE_SIZE) this.#write(out, chunk, from, from + PAGE_SIZE);
    this.#hold(chunk.subarray(from));
    return out.take();
  }

  end(): Uint8Array {
    const out = new ByteSink(this.#held + 2 * HEADER_LENGTH);
    if (this.#held > 0) this.#write(out, this.#page, 0, this.#held);
    for (const field of [HEADER_LENGTH, this.#index, 0, LAST_PAGE]) out.put(field);
    return out.take();
  }

  #hold(bytes: Uint8Array): void {
    this.#page.set(bytes, this.#held);
    this.#held += bytes.length;
  }

  #write(out: ByteSink, source: Uint8Array, from: number, to: number): void {
    for (const field of [HEADER_LENGTH, this.#index, to - from, SIMPLE_PAGE]) out.put(field);
    out.copy(source, from, to);
    this.#index = (this.#index + 1) % 256;
  }
}

/**
 * Reads STRU P, RFC 959 §3.1.2.3: the data of simple and of access controlled pages, which must come in order, as there are no
 * holes in a stored file. What access fields say is not kept; descriptor pages are skipped and take no index. Throws SyntaxFault('page').
 */
export class PageDecoder implements Transform {
  readonly #header = new Uint8Array(PAGE_SIZE);
  #headerFilled = 0;
  /** Bytes of the present page still to come, and whether they are the file's. */
  #remaining = 0;
  #kept = false;
  #index = 0;
  #ended = false;

  /** The last page has been read. */
  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Uint8Array): Uint8Array {
    const out = new ByteSink(chunk.length);
    let index = 0;
    while (index < chunk.length) {
      if (this.#ended) throw new SyntaxFault('page', 'Data after the last page');
      if (this.#remaining === 0) {
        this.#readHeader(chunk[index++] ?? 0);
        continue;
      }
      const stop = Math.min(index + this.#remaining, chunk.length);
      if (this.#kept) out.copy(chunk, index, stop);
      this.#remaining -= stop - index;
      index = stop;
    }
    return out.take();
  }

  end(): Uint8Array {
    if (!this.#ended) throw new SyntaxFault('page', 'The data ended without a last page');
    return new Uint8Array(0);
  }

  #readHeader(byte: number): void {
    this.#header[this.#headerFilled++] = byte;
    const headerLength = this.#header[0] ?? 0;
    if (headerLength < HEADER_LENGTH) throw new SyntaxFault('page', `Page header of ${headerLength} bytes: 4 at least`);
    if (this.#headerFilled < headerLength) return;
    this.#headerFilled = 0;
    const [, pageIndex = 0, dataLength = 0, pageType = 0] = this.#header;
    this.#startPage({ headerLength, pageIndex, dataLength, pageType });
  }

  #startPage(page: { headerLength: number; pageIndex: number; dataLength: number; pageType: number }): void {
    const { headerLength, pageIndex, dataLength, pageType } = page;
    if (pageType > ACCESS_CONTROLLED_PAGE) throw new SyntaxFault('page', `Page type ${pageType} is none of 0 to 3`);
    if (pageType <= SIMPLE_PAGE && headerLength !== HEADER_LENGTH) {
      throw new SyntaxFault('page', `Page header of ${headerLength} bytes: it must be 4 for page type ${pageType}`);
    }
    if (pageType === LAST_PAGE) {
      if (dataLength > 0) throw new SyntaxFault('page', 'The last page must be empty');
      this.#ended = true;
      return;
    }
    this.#kept = pageType !== DESCRIPTOR_PAGE;
    this.#remaining = dataLength;
    if (!this.#kept) return;
    if (pageIndex !== this.#index) throw new SyntaxFault('page', `Page ${pageIndex} where ${this.#index} was due`);
    this.#index = (this.#index + 1) % 256;
  }
}
