import type { ReadHandle, Storage, WriteHandle } from '@twinport/ftp/server';

/** What becomes of handles: each gets the real one. */
export interface Alterations {
  readonly read?: (handle: ReadHandle) => ReadHandle;
  readonly write?: (handle: WriteHandle) => WriteHandle;
}

/** A storage whose files are read and written through the altered handles. It has no optional abilities. */
export function alteredStorage(
  storage: Storage,
  { read = (handle) => handle, write = (handle) => handle }: Alterations,
): Storage {
  return {
    stat: (path) => storage.stat(path),
    list: (path) => storage.list(path),
    openRead: async (path, offset) => read(await storage.openRead(path, offset)),
    openWrite: async (path, intent) => write(await storage.openWrite(path, intent)),
    remove: (path) => storage.remove(path),
    makeDirectory: (path) => storage.makeDirectory(path),
    removeDirectory: (path) => storage.removeDirectory(path),
    rename: (from, to) => storage.rename(from, to),
  };
}

/** Reads as the handle does until so many octets are read, then rejects with the error. */
export function failingRead(handle: ReadHandle, octets: number, error: Error): ReadHandle {
  let left = octets;
  return {
    size: handle.size,
    async read(into) {
      if (left === 0) throw error;
      const count = await handle.read(into.subarray(0, left));
      left -= count;
      return count;
    },
    close: () => handle.close(),
  };
}

/** Writes as the handle does until so many octets are written, then rejects with the error. */
export function failingWrite(handle: WriteHandle, octets: number, error: Error): WriteHandle {
  let left = octets;
  return {
    async write(chunks) {
      left -= chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      if (left < 0) throw error;
      await handle.write(chunks);
    },
    close: () => handle.close(),
  };
}
