import { TextDecoder } from 'node:util';
import { encodeText } from '../protocol/index.js';
import { FtpError } from './errors.js';

/** Names between the wire and strings. A byte that has no meaning comes back as it was: `encode(decode(bytes))` is `bytes`. */
export interface TextCodec {
  /** A line as decoded by protocol/, whose invalid bytes are lone surrogates, in this encoding. */
  fromWire(text: string): string;
  encode(text: string): Uint8Array;
}

const UTF8: TextCodec = { fromWire: (text) => text, encode: encodeText };
/** U+DC00 + byte, as protocol/ writes bytes that it cannot decode. */
const ESCAPE_BASE = 0xdc00;
const REPLACEMENT = '\u{FFFD}';
const ASCII = 0x80;

/** Throws FtpError('USAGE') for an encoding that TextDecoder does not know. */
export function textCodec(encoding: string): TextCodec {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch (cause) {
    throw new FtpError('USAGE', `There is no encoding named ${encoding}`, { phase: 'usage', cause });
  }
  if (decoder.encoding === 'utf-8') return UTF8;
  if (decoder.encoding.startsWith('utf-16')) {
    throw new FtpError('USAGE', `${encoding} cannot be used on a control connection`, { phase: 'usage' });
  }
  return new TableCodec(decoder);
}

/** One or two bytes a character, which holds for every encoding that FTP servers use beside UTF-8. */
class TableCodec implements TextCodec {
  readonly #decoder: TextDecoder;
  readonly #bytes = new Map<string, Uint8Array>();

  constructor(decoder: TextDecoder) {
    this.#decoder = decoder;
    for (let lead = 0; lead < 256; lead += 1) {
      if (this.#learn(Uint8Array.of(lead))) continue;
      for (let trail = 0x30; trail < 256; trail += 1) this.#learn(Uint8Array.of(lead, trail));
    }
  }

  fromWire(text: string): string {
    const bytes = encodeText(text);
    if (bytes.every((byte) => byte < ASCII)) return text;
    const decoded = this.#decoder.decode(bytes);
    return decoded.includes(REPLACEMENT) ? this.#fromBytes(bytes) : decoded;
  }

  encode(text: string): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const character of text) parts.push(this.#bytes.get(character) ?? unknown(character));
    return Buffer.concat(parts);
  }

  /** Character by character, since some byte has no meaning. */
  #fromBytes(bytes: Uint8Array): string {
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const length = [1, 2].find((size) => this.#decode(bytes.subarray(at, at + size)) !== undefined);
      text += length
        ? this.#decode(bytes.subarray(at, at + length))
        : String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0));
      at += length ?? 1;
    }
    return text;
  }

  #decode(bytes: Uint8Array): string | undefined {
    const text = this.#decoder.decode(bytes);
    return text.includes(REPLACEMENT) || Array.from(text).length !== 1 ? undefined : text;
  }

  #learn(bytes: Uint8Array): boolean {
    const text = this.#decode(bytes);
    if (text === undefined) return false;
    if (!this.#bytes.has(text)) this.#bytes.set(text, bytes);
    return true;
  }
}

function unknown(character: string): Uint8Array {
  const code = character.charCodeAt(0);
  if (code >= ESCAPE_BASE + ASCII && code <= ESCAPE_BASE + 0xff) return Uint8Array.of(code - ESCAPE_BASE);
  throw new FtpError('USAGE', `The name holds ${character}, which the encoding of this connection has not`, {
    phase: 'usage',
    hint: 'Use the encoding utf-8, or another name.',
  });
}
