import { readChunks } from './read-chunks.js';
import type { Session } from './session.js';
import { StorageFault } from './storage/contract.js';
import { createCounter } from './transfer-pipeline.js';

/** Octets that a file has on the wire in the session's representation (RFC 3659 §4). Throws StorageFault. */
export async function sizeInRepresentation(session: Session, path: string): Promise<number> {
  const entry = await session.storage.stat(path);
  if (entry.type === 'directory') throw new StorageFault('is-a-directory', path);
  if (entry.type !== 'file') throw new StorageFault('not-a-file', path);
  if (!session.textual) return entry.size;
  const counter = createCounter(session);
  let total = 0;
  await scan(session, path, entry.size, (chunk) => {
    total += counter.feed(chunk);
  });
  return total + counter.end();
}

/** Where an offset on the wire lies in the stored file: begin at `offset`, and leave out `skip` octets of what that gives. */
export interface WirePosition {
  readonly offset: number;
  readonly skip: number;
}

/** Finds the stored position of a restart in TYPE A or E (RFC 3659 §5). Throws StorageFault `invalid` past the end. */
export async function positionOf(session: Session, path: string, wanted: number): Promise<WirePosition> {
  if (!session.textual || wanted === 0) return { offset: wanted, skip: 0 };
  const counter = createCounter(session);
  let [offset, reached, last] = [0, 0, 0];
  let found: WirePosition | undefined;
  await scan(session, path, (await session.storage.stat(path)).size, (chunk) => {
    if (found) return;
    const octets = counter.feed(chunk);
    if (reached + octets >= wanted) {
      const within = positionWithin(session, chunk, { last, wanted: wanted - reached });
      if (within) found = { offset: offset + within.offset, skip: within.skip };
    }
    offset += chunk.length;
    reached += octets;
    last = chunk.at(-1) ?? last;
  });
  if (!found) throw new StorageFault('invalid', `${path} has ${reached} octets in this representation`);
  return found;
}

const CR = 0x0d;

/** The position in a chunk, whose octet before the first is `last`; undefined when it lies with the next chunk. */
function positionWithin(
  session: Session,
  chunk: Uint8Array,
  { last, wanted }: { readonly last: number; readonly wanted: number },
): WirePosition | undefined {
  const counter = createCounter(session);
  counter.feed(Uint8Array.of(last));
  let reached = 0;
  for (const [offset, byte] of chunk.entries()) {
    const octets = counter.feed(Uint8Array.of(byte));
    // A line feed becomes two octets; a carriage return decides what the octet behind it becomes.
    if (reached + octets > wanted || (reached + octets === wanted && byte === CR))
      return { offset, skip: wanted - reached };
    reached += octets;
    if (reached === wanted) return { offset: offset + 1, skip: 0 };
  }
  return undefined;
}

async function scan(session: Session, path: string, size: number, take: (chunk: Uint8Array) => void): Promise<void> {
  if (size > session.server.limits.maxTextScan) throw new StorageFault('too-large', `${path}: ${size} octets`);
  await readChunks(session, path, { first: 0 }, take);
}
