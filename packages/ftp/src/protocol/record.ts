import { ByteSink } from './byte-sink.js';
import { SyntaxFault } from './syntax-fault.js';
import type { Transform } from './transform.js';

const LF = 0x0a;
const ESCAPE = 0xff;
const END_OF_RECORD = 1;
const END_OF_FILE = 2;
/** Room beyond the input for escapes; the sink grows when it is not enough. */
const EXPECTED_RECORD = 16;

export interface RecordOptions {
  /**
   * The byte that ends a record in the unframed data; default LF. EBCDIC text, framed after its translation, has NL (0x15).
   * ASCII text is framed without AsciiEncoder: the record end stands for the end of line.
   */
  readonly recordEnd?: number;
}

/**
 * STRU R in MODE S, RFC 959 §3.4.1: each line becomes a record, for every type. A last line without its line end gets no
 * end-of-record code, so that decoding gives back exactly what was stored.
 */
export class RecordEncoder implements Transform {
  readonly #recordEnd: number;

  constructor(options: RecordOptions = {}) {
    this.#recordEnd = options.recordEnd ?? LF;
  }

  push(chunk: Uint8Array): Uint8Array {
    const recordEnd = this.#recordEnd;
    const size = chunk.length;
    if (!chunk.includes(recordEnd) && !chunk.includes(ESCAPE)) return chunk;
    const out = new ByteSink(size + Math.ceil(size / EXPECTED_RECORD) + 1);
    for (let index = 0; index < size; index++) {
      const byte = chunk[index] ?? 0;
      if (byte === recordEnd) {
        out.put(ESCAPE);
        out.put(END_OF_RECORD);
      } else {
        if (byte === ESCAPE) out.put(ESCAPE);
        out.put(byte);
      }
    }
    return out.take();
  }

  end(): Uint8Array {
    return Uint8Array.of(ESCAPE, END_OF_FILE);
  }
}

/** The reverse of {@link RecordEncoder}. Throws SyntaxFault('record') on an unknown code, and on data after the end of file. */
export class RecordDecoder implements Transform {
  readonly #recordEnd: number;
  #escaped = false;
  #ended = false;

  constructor(options: RecordOptions = {}) {
    this.#recordEnd = options.recordEnd ?? LF;
  }

  /** The end-of-file code has been read. */
  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (!this.#ended && !this.#escaped && !chunk.includes(ESCAPE)) return chunk;
    const size = chunk.length;
    const out = new ByteSink(size);
    let index = 0;
    while (index < size) {
      if (this.#ended) throw new SyntaxFault('record', 'Data after the end-of-file code');
      if (this.#escaped) {
        this.#escaped = false;
        this.#code(chunk[index++] ?? 0, out);
      } else {
        index = out.copyUntil(chunk, index, ESCAPE);
        this.#escaped = index++ < size;
      }
    }
    return out.take();
  }

  end(): Uint8Array {
    if (!this.#ended) throw new SyntaxFault('record', 'The data ended without an end-of-file code');
    return new Uint8Array(0);
  }

  #code(code: number, out: ByteSink): void {
    if (code === ESCAPE) {
      out.put(ESCAPE);
      return;
    }
    if (code < END_OF_RECORD || code > (END_OF_RECORD | END_OF_FILE)) {
      throw new SyntaxFault('record', `Control code ${code} is none of 1, 2, 3 and 255`);
    }
    if (code & END_OF_RECORD) out.put(this.#recordEnd);
    if (code & END_OF_FILE) this.#ended = true;
  }
}
