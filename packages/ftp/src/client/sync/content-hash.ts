import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HashAlgorithm, RemoteHash } from '../contract.js';

/** The hash of all that a stream gives. */
export async function hashContent(
  chunks: AsyncIterable<unknown>,
  algorithm: HashAlgorithm = 'SHA-256',
): Promise<RemoteHash> {
  const hash = hasherOf(algorithm);
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A stream of octets is needed');
    hash.update(chunk);
  }
  return { algorithm, hex: hash.hex() };
}

interface Hasher {
  update(chunk: Uint8Array): void;
  hex(): string;
}

function hasherOf(algorithm: HashAlgorithm): Hasher {
  if (algorithm === 'CRC32') {
    let value = 0;
    return {
      update: (chunk) => void (value = crc32(chunk, value)),
      hex: () => value.toString(16).padStart(8, '0'),
    };
  }
  const hash = createHash(algorithm.replace('-', '').toLowerCase());
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest('hex') };
}
