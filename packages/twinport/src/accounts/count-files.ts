import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Usage } from './quota-ledger.js';

/** Octets and files in a folder and all below it. Links count as nothing; what goes away meanwhile neither. */
export async function countFiles(root: string): Promise<Usage> {
  let [bytes, files] = [0, 0];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile()) continue;
      const facts = await lstat(path).catch(gone);
      bytes += facts?.size ?? 0;
      files += facts ? 1 : 0;
    }
  }
  return { bytes, files };
}

function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
