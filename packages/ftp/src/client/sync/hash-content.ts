import { ContentHash } from '../content-hash.js';
import type { HashAlgorithm, RemoteHash } from '../contract.js';

/** The hash of all that a stream gives. */
export async function hashContent(
  chunks: AsyncIterable<unknown>,
  algorithm: HashAlgorithm = 'SHA-256',
): Promise<RemoteHash> {
  const hash = new ContentHash(algorithm);
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A stream of octets is needed');
    hash.update(chunk);
  }
  return { algorithm, hex: hash.hex() };
}
