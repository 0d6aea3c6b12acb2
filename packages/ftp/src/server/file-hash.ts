import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type OctetRange, readChunks } from './read-chunks.js';
import type { HashName, Session } from './session.js';

/** In the order FEAT shows them (draft-bryan-ftpext-hash-02). */
export const HASH_NAMES: readonly HashName[] = ['SHA-256', 'SHA-512', 'SHA-1', 'MD5', 'CRC32'];

const ALGORITHMS: Record<Exclude<HashName, 'CRC32'>, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
};

interface Digest {
  update(octets: Uint8Array): void;
  hex(): string;
}

/** The hash of a range of a file in lower-case hex, and where the range ended. Throws StorageFault as readChunks does. */
export async function hashFile(
  session: Session,
  path: string,
  hash: HashName,
  range: OctetRange,
): Promise<{ readonly hex: string; readonly end: number }> {
  const digest = createDigest(hash);
  const end = await readChunks(session, path, range, (chunk) => digest.update(chunk));
  return { hex: digest.hex(), end };
}

function createDigest(hash: HashName): Digest {
  if (hash === 'CRC32') return createCrc32();
  const state = createHash(ALGORITHMS[hash]);
  return { update: (octets) => void state.update(octets), hex: () => state.digest('hex') };
}

function createCrc32(): Digest {
  let value = 0;
  return {
    update(octets) {
      value = crc32(octets, value);
    },
    hex: () => value.toString(16).padStart(8, '0'),
  };
}
