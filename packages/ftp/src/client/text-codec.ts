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

/** Of windows-1252, 0x80 to 0x9F: Node 20 and 22 take it for ISO 8859-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** One or two bytes a character, which holds for every encoding that FTP servers use beside UTF-8; ASCII is itself in all of them. */
class TableCodec implements TextCodec {
  readonly #bytes = new Map<string, Uint8Array>();
  /** By one byte, or by two as `lead * 256 + trail`. */
  readonly #characters = new Map<number, string>();

  constructor(decoder: TextDecoder) {
    const isWindows = decoder.encoding === 'windows-1252';
    for (let lead = ASCII; lead < 256; lead += 1) {
      const mended = isWindows ? WINDOWS_1252[lead - ASCII] : undefined;
      if (this.#learn(mended ?? decoder.decode(Uint8Array.of(lead)), [lead])) continue;
      for (let trail = 0x30; trail < 256; trail += 1)
        this.#learn(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
  }

  fromWire(text: string): string {
    const bytes = encodeText(text);
    if (bytes.every((byte) => byte < ASCII)) return text;
    let name = '';
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      const pair = this.#characters.get(byte * 256 + (bytes[at + 1] ?? 0));
      if (byte < ASCII) name += String.fromCharCode(byte);
      else if (pair === undefined) name += this.#characters.get(byte) ?? String.fromCharCode(ESCAPE_BASE + byte);
      else {
        name += pair;
        at += 1;
      }
    }
    return name;
  }

  encode(text: string): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const character of text) {
      const code = character.charCodeAt(0);
      parts.push(code < ASCII ? Uint8Array.of(code) : (this.#bytes.get(character) ?? unknown(character)));
    }
    return Buffer.concat(parts);
  }

  #learn(character: string, bytes: readonly number[]): boolean {
    const [lead = 0, trail] = bytes;
    const isOne = Array.from(character).length === 1 && character.charCodeAt(0) >= ASCII;
    if (!isOne || character === REPLACEMENT) return false;
    if (this.#bytes.has(character)) return true; // a second way of writing it is kept as bytes, to come back as it was
    this.#bytes.set(character, Uint8Array.from(bytes));
    this.#characters.set(trail === undefined ? lead : lead * 256 + trail, character);
    return true;
  }
}

function unknown(character: string): Uint8Array {
  const code = character.charCodeAt(0);
  if (code >= ESCAPE_BASE + ASCII && code <= ESCAPE_BASE + 0xff) return Uint8Array.of(code - ESCAPE_BASE);
  throw new FtpError('USAGE', 'There is a character that the encoding of this connection has not', {
    phase: 'usage',
    hint: 'Use the encoding utf-8, or another name.',
  });
}
