import { type Hash, createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HashAlgorithm } from './contract.js';

const NODE_NAMES = { 'SHA-512': 'sha512', 'SHA-256': 'sha256', 'SHA-1': 'sha1', MD5: 'md5' } as const;

/** A hash of what passes by here, to compare with the server's. */
export class ContentHash {
  readonly algorithm: HashAlgorithm;
  readonly #hash: Hash | undefined;
  #crc = 0;

  constructor(algorithm: HashAlgorithm) {
    this.algorithm = algorithm;
    this.#hash = algorithm === 'CRC32' ? undefined : createHash(NODE_NAMES[algorithm]);
  }

  update(bytes: Uint8Array): void {
    if (this.#hash) this.#hash.update(bytes);
    else this.#crc = crc32(bytes, this.#crc);
  }

  /** Lower-case hexadecimal. Once. */
  hex(): string {
    return this.#hash?.digest('hex') ?? this.#crc.toString(16).padStart(8, '0');
  }
}
