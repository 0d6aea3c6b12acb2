import { ebcdicFromLatin1, latin1FromEbcdic } from './ebcdic-table.js';
import type { CodePage } from './ebcdic-table.js';
import type { Transform } from './transform.js';

/** The end of line of EBCDIC text on the wire (RFC 959 §3.1.1.2), and so its record end in STRU R. */
export const EBCDIC_NEWLINE = 0x15;

function translate(chunk: Uint8Array, table: Uint8Array): Uint8Array {
  const out = new Uint8Array(chunk.length);
  for (let index = 0; index < chunk.length; index++) out[index] = table[chunk[index] ?? 0] ?? 0;
  return out;
}

/** Stored ISO 8859-1 text to EBCDIC, RFC 959 §3.1.1.2. LF becomes NL; every byte has its own code, so nothing is lost. */
export class EbcdicEncoder implements Transform {
  readonly #table: Uint8Array;

  constructor(codePage: CodePage) {
    this.#table = ebcdicFromLatin1[codePage];
  }

  push(chunk: Uint8Array): Uint8Array {
    return translate(chunk, this.#table);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }
}

/** EBCDIC to stored ISO 8859-1 text, RFC 959 §3.1.1.2. NL becomes LF. */
export class EbcdicDecoder implements Transform {
  readonly #table: Uint8Array;

  constructor(codePage: CodePage) {
    this.#table = latin1FromEbcdic[codePage];
  }

  push(chunk: Uint8Array): Uint8Array {
    return translate(chunk, this.#table);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }
}
