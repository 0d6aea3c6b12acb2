import { decodeText } from '../../protocol/index.js';
import type { TlsSeen } from './session-summary.js';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const SERVER_NAME = 0;
const SUPPORTED_VERSIONS = 43;
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);

/** What the first handshake message of either side tells (RFC 8446 §4.1); nothing where it is not all there. */
export function readTlsHello(bytes: Uint8Array): TlsSeen {
  const reader = new Reader(bytes);
  const type = reader.number(1);
  reader.skip(3);
  const version = reader.number(2);
  reader.skip(32);
  reader.skip(reader.number(1));
  if (type === CLIENT_HELLO) {
    reader.skip(reader.number(2));
    reader.skip(reader.number(1));
    const name = extension(reader, SERVER_NAME);
    return name === undefined ? {} : { serverName: hostName(name) };
  }
  if (type !== SERVER_HELLO) return {};
  reader.skip(3);
  const chosen = extension(reader, SUPPORTED_VERSIONS);
  return { version: VERSIONS.get(chosen === undefined ? version : new Reader(chosen).number(2)) };
}

function extension(reader: Reader, wanted: number): Uint8Array | undefined {
  reader.skip(2);
  while (!reader.ended) {
    const type = reader.number(2);
    const body = reader.take(reader.number(2));
    if (type === wanted) return body;
  }
  return undefined;
}

/** RFC 6066 §3: a list, of which the first is the name. */
function hostName(list: Uint8Array): string | undefined {
  const reader = new Reader(list);
  reader.skip(3);
  const name = decodeText(reader.take(reader.number(2)));
  return /^[\w.-]{1,255}$/.test(name) ? name : undefined;
}

/** Numbers in network order; 0 beyond the end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(length: 1 | 2): number {
    const [first = 0, second = 0] = this.take(length);
    return length === 1 ? first : (first << 8) | second;
  }

  skip(length: number): void {
    this.#at += length;
  }

  take(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
