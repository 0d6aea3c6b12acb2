import type { SyncSeen } from './contract.js';
import { folderOf, nameOf } from './names.js';
import type { Side } from './side.js';

/** How a side shows files now, with one listing for each of their folders. A folder that cannot be listed is left out. */
export async function* seenAfterwards(
  side: Side,
  paths: Iterable<string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly [string, SyncSeen]> {
  for (const [folder, files] of byFolder(paths)) {
    if (signal?.aborted === true) return;
    const entries = await side.list(folder).catch(() => new Map<string, SyncSeen>());
    for (const path of files) {
      const seen = entries.get(nameOf(path));
      if (seen?.type === 'file') yield [path, seen];
    }
  }
}

function byFolder(paths: Iterable<string>): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const files = folders.get(folderOf(path));
    if (files === undefined) folders.set(folderOf(path), [path]);
    else files.push(path);
  }
  return folders;
}
