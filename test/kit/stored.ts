import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Storage, disk, memory } from '@twinport/ftp/server';
import { zeroCopyMode } from './zero-copy.js';

/** A storage with these files at its root: in memory or, where every file is to be moved by the kernel, on disk. */
export function stored(files: Record<string, string | Uint8Array> = {}): Storage {
  if (zeroCopyMode !== 'moved') return memory(files);
  const folder = mkdtempSync(join(tmpdir(), 'twinport-stored-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
  return disk(folder);
}

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
