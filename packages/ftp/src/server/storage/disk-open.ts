import { constants } from 'node:fs';
import { checkOffset } from './check-offset.js';
import { StorageFault, type ReadHandle, type WriteHandle, type WriteIntent } from './contract.js';
import { attributesOf, type Attributes } from './disk-attributes.js';
import { DiskAppender, DiskReader, DiskWriter } from './disk-handles.js';
import { openFile, type Held, type Jail } from './disk-jail.js';
import { toDisk } from './disk-path.js';
import { storageFault } from './errno.js';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants;
/** How often an upload tries again when the file comes and goes between two looks. */
const MAX_ATTEMPTS = 4;

type WholeFile = 'replace' | 'create' | 'append';

/** The attributes of what is held. Synchronous: its inode is in memory, so this does not wait for the disk. */
export function attributes(held: Held): Attributes {
  return attributesOf(toDisk(held.path));
}

/** Opens a regular file. Throws StorageFault('invalid') when `offset` is past its end. */
export function openForReading(jail: Jail, path: string, offset: number): Promise<ReadHandle> {
  return jail.with(path, async (held) => {
    const size = sizeOfFile(held);
    checkOffset(offset, size);
    return new DiskReader(jail.pace, await openFile(jail.pace, toDisk(held.path), O_RDONLY), size, offset);
  });
}

/** Opens a regular file, or makes one with the permission bits `mode`. */
export function openForWriting(jail: Jail, path: string, intent: WriteIntent, mode: number): Promise<WriteHandle> {
  if (intent.kind === 'truncate-at' || intent.kind === 'overwrite-at') return openAt(jail, path, intent);
  return intent.kind === 'create' ? create(jail, path, intent.kind, mode) : openOrCreate(jail, path, intent.kind, mode);
}

/** A new file if the name is free, else what the name leads to. Others may make or remove it between the two looks. */
async function openOrCreate(jail: Jail, path: string, kind: 'replace' | 'append', mode: number): Promise<WriteHandle> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create(jail, path, kind, mode);
    } catch (error) {
      const fault = storageFault(error);
      if (fault.code !== 'exists') throw fault;
    }
    try {
      return await openExisting(jail, path, kind);
    } catch (error) {
      const fault = storageFault(error);
      if (attempt === MAX_ATTEMPTS || fault.code !== 'not-found') throw fault;
    }
  }
}

function create(jail: Jail, path: string, kind: WholeFile, mode: number): Promise<WriteHandle> {
  if (path === '/')
    return Promise.reject(new StorageFault(kind === 'create' ? 'exists' : 'is-a-directory', 'the root'));
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | (kind === 'append' ? O_APPEND : 0);
  return jail.withParent(path, async (name) => {
    const fd = await openFile(jail.pace, name, flags, mode);
    return kind === 'append'
      ? new DiskAppender(jail.pace, fd)
      : new DiskWriter(jail.pace, fd, { position: 0, truncate: false });
  });
}

function openExisting(jail: Jail, path: string, kind: 'replace' | 'append'): Promise<WriteHandle> {
  return jail.with(path, async (held) => {
    const size = sizeOfFile(held);
    const fd = await openFile(jail.pace, toDisk(held.path), O_WRONLY | (kind === 'append' ? O_APPEND : 0));
    return kind === 'append'
      ? new DiskAppender(jail.pace, fd)
      : new DiskWriter(jail.pace, fd, { position: 0, truncate: size > 0 });
  });
}

function openAt(
  jail: Jail,
  path: string,
  { kind, offset }: { readonly kind: 'truncate-at' | 'overwrite-at'; readonly offset: number },
): Promise<WriteHandle> {
  return jail.with(path, async (held) => {
    const size = sizeOfFile(held);
    checkOffset(offset, size);
    const fd = await openFile(jail.pace, toDisk(held.path), O_WRONLY);
    return new DiskWriter(jail.pace, fd, { position: offset, truncate: kind === 'truncate-at' && offset < size });
  });
}

/** Throws unless a regular file is held: opening a FIFO or a device may wait for ever, or do something. */
function sizeOfFile(held: Held): number {
  const stats = attributes(held);
  if (stats.isDirectory()) throw new StorageFault('is-a-directory', held.real);
  if (!stats.isFile()) throw new StorageFault('not-a-file', held.real);
  return Number(stats.size);
}
