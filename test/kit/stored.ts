import type { Storage } from '@twinport/ftp/server';

/** What a file of a storage holds. */
export async function contentOf(storage: Storage, path: string): Promise<Buffer> {
  const handle = await storage.openRead(path, 0);
  try {
    const bytes = Buffer.alloc(handle.size);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
      read = await handle.read(bytes.subarray(filled));
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
