import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Session } from './session.js';
import { type ReadHandle, StorageFault } from './storage/contract.js';
import { withoutIdleTimeout } from './without-idle-timeout.js';

const CHUNK_LENGTH = 256 * 1024;
/** A storage in memory never waits: others get their turn after so many chunks. */
const CHUNKS_PER_TURN = 16;

/** Octets of a file from `first` up to but without `end`; without `end`, to the end of the file. */
export interface OctetRange {
  readonly first: number;
  readonly end?: number;
}

/**
 * Hands a range of a file to `take`, chunk by chunk; a chunk is valid until `take` is done. Returns where the range ended, at most at the
 * end of the file. Throws StorageFault: 'invalid' when `first` is past the end, 'failed' when the session ends or the file becomes shorter.
 */
export async function readChunks(
  session: Session,
  path: string,
  { first, end = Infinity }: OctetRange,
  take: (chunk: Uint8Array) => void | Promise<void>,
): Promise<number> {
  const handle = await session.storage.openRead(path, first);
  try {
    const last = Math.max(first, Math.min(end, handle.size));
    await withoutIdleTimeout(session, () => pump(session, handle, last - first, take));
    return last;
  } finally {
    await handle.close();
  }
}

async function pump(
  session: Session,
  handle: ReadHandle,
  octets: number,
  take: (chunk: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK_LENGTH, octets)));
  let left = octets;
  for (let chunks = 1; left > 0; chunks += 1) {
    if (session.ended.signal.aborted) throw new StorageFault('failed', 'the session ended');
    const count = await handle.read(buffer.subarray(0, Math.min(buffer.length, left)));
    if (count === 0) throw new StorageFault('failed', 'the file became shorter while it was read');
    left -= count;
    await take(buffer.subarray(0, count));
    if (chunks % CHUNKS_PER_TURN === 0) await nextTurn();
  }
}
