import { decodeText, encodeText } from '../../protocol/index.js';

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** What `fs` takes for a path: names that are not valid UTF-8 go as bytes. */
export function toDisk(text: string): string | Buffer {
  return text.isWellFormed() ? text : Buffer.from(encodeText(text));
}

/** The text of a name that `fs` returned with encoding `latin1`, one character a byte: cheap, lossless, and sorts by bytes. */
export function fromDisk(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? decodeText(Buffer.from(bytes, 'latin1')) : bytes;
}
