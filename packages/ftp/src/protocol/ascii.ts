import { ByteSink } from './byte-sink.js';
import type { Transform } from './transform.js';

const CR = 0x0d;
const LF = 0x0a;
const NUL = 0x00;
/** Most text has lines of more than 16 bytes; the sink grows for the rest. */
const EXPECTED_LINE = 16;

/**
 * Stored text to NVT-ASCII, RFC 959 §3.1.1.1: LF becomes CRLF. An LF that already follows a CR is left as it is, so that a
 * stored CRLF does not become CRCRLF.
 */
export class AsciiEncoder implements Transform {
  #afterCr = false;

  push(chunk: Uint8Array): Uint8Array {
    const size = chunk.length;
    if (size === 0) return chunk;
    const afterCr = this.#afterCr;
    this.#afterCr = chunk[size - 1] === CR;
    if (!chunk.includes(LF)) return chunk;
    const out = new ByteSink(size + Math.ceil(size / EXPECTED_LINE) + 1);
    for (let index = 0; (index = out.copyUntil(chunk, index, LF)) < size; index++) {
      const hasCr = index === 0 ? afterCr : chunk[index - 1] === CR;
      if (!hasCr) out.put(CR);
      out.put(LF);
    }
    return out.take();
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }
}

/** NVT-ASCII to stored text, RFC 959 §3.1.1.1: CRLF becomes LF, CR NUL becomes CR (RFC 854), and any other CR stays. */
export class AsciiDecoder implements Transform {
  /** A CR was read and what follows it decides what it means. */
  #heldCr = false;

  push(chunk: Uint8Array): Uint8Array {
    const size = chunk.length;
    if (!this.#heldCr && !chunk.includes(CR)) return chunk;
    const out = new ByteSink(size + 1);
    let index = 0;
    while (index < size) {
      if (this.#heldCr) {
        const next = chunk[index];
        out.put(next === LF ? LF : CR);
        if (next === LF || next === NUL) index++;
        this.#heldCr = false;
      }
      index = out.copyUntil(chunk, index, CR);
      if (index < size) {
        this.#heldCr = true;
        index++;
      }
    }
    return out.take();
  }

  end(): Uint8Array {
    const rest = this.#heldCr ? Uint8Array.of(CR) : new Uint8Array(0);
    this.#heldCr = false;
    return rest;
  }
}
