import type { Session } from './session.js';
import { type ReadHandle, StorageFault } from './storage/contract.js';
import { createCounter } from './transfer-pipeline.js';

const SCAN_BUFFER = 64 * 1024;

/** Octets that a file has on the wire in the session's representation (RFC 3659 §4). Throws StorageFault. */
export async function sizeInRepresentation(session: Session, path: string): Promise<number> {
  const entry = await session.storage.stat(path);
  if (entry.type !== 'file') throw new StorageFault('not-a-file', path);
  if (!session.textual) return entry.size;
  return await scan(session, path, async (source) => {
    const counter = createCounter(session);
    let total = 0;
    for await (const chunk of chunksOf(source)) total += counter.feed(chunk);
    return total + counter.end();
  });
}

/** Where an offset on the wire lies in the stored file: begin at `offset`, and leave out `skip` octets of what that gives. */
export interface WirePosition {
  readonly offset: number;
  readonly skip: number;
}

/** Finds the stored position of a restart in TYPE A or E (RFC 3659 §5). Throws StorageFault `invalid` past the end. */
export async function positionOf(session: Session, path: string, wanted: number): Promise<WirePosition> {
  if (!session.textual || wanted === 0) return { offset: wanted, skip: 0 };
  return await scan(session, path, async (source) => {
    const counter = createCounter(session);
    let [offset, reached] = [0, 0];
    for await (const chunk of chunksOf(source)) {
      for (const byte of chunk) {
        const octets = counter.feed(Uint8Array.of(byte));
        // A line feed becomes two octets; a carriage return decides what the octet behind it becomes.
        if (reached + octets > wanted || (reached + octets === wanted && byte === CR))
          return { offset, skip: wanted - reached };
        offset += 1;
        reached += octets;
        if (reached === wanted) return { offset, skip: 0 };
      }
    }
    throw new StorageFault('invalid', `${path} has ${reached} octets in this representation`);
  });
}

const CR = 0x0d;

async function scan<T>(session: Session, path: string, read: (source: ReadHandle) => Promise<T>): Promise<T> {
  const source = await session.storage.openRead(path, 0);
  try {
    if (source.size > session.server.limits.maxTextScan)
      throw new StorageFault('too-large', `${path}: ${source.size} octets`);
    return await read(source);
  } finally {
    await source.close();
  }
}

async function* chunksOf(source: ReadHandle): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(SCAN_BUFFER);
  for (let read = await source.read(buffer); read > 0; read = await source.read(buffer)) yield buffer.subarray(0, read);
}
