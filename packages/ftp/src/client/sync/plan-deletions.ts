import { descend, leadsBack } from './ancestors.js';
import type { SyncSeen } from './contract.js';
import type { Deletion } from './draft.js';
import { unlessFatal } from './failures.js';
import { below, depthOf, isPartialName, nameOf } from './names.js';
import type { Ancestor, Planning } from './planning.js';

/** What has to be deleted for a folder of the target to go; not all of it can where something in it is to stay. */
export interface Deletions {
  readonly actions: Deletion[];
  readonly isWhole: boolean;
}

const KEPT: Deletions = { actions: [], isWhole: false };

/** An entry of the target that is to go, with all that is in it. */
export async function deletionsOf(
  planning: Planning,
  path: string,
  seen: SyncSeen,
  above: Ancestor,
): Promise<Deletions> {
  const { settings, draft } = planning;
  const isFolder = seen.type === 'directory';
  if (!settings.deleteExcluded && !settings.includes(path, isFolder) && !isPartialName(nameOf(path))) {
    draft.excluded++;
    return KEPT;
  }
  if (!isFolder) return { actions: [{ do: 'delete-file', path, seen }], isWhole: true };
  return deletionsOfFolder(planning, path, descend(above, nameOf(path), seen, undefined));
}

async function deletionsOfFolder(planning: Planning, path: string, self: Ancestor): Promise<Deletions> {
  const { draft, settings, gate, to } = planning;
  if (leadsBack(self, undefined)) {
    draft.skip(path, 'loop', 'It is a folder above it once more, so what is in it is not deleted');
    return KEPT;
  }
  if (depthOf(path) > settings.maxDepth) {
    draft.skip(path, 'too-deep', `It is more than ${settings.maxDepth} levels down`);
    return KEPT;
  }
  try {
    const entries = await gate.run(() => to.list(path));
    draft.targetEntries += entries.size;
    const parts = await Promise.all(
      [...entries].map(([name, seen]) => deletionsOf(planning, below(path, name), seen, self)),
    );
    const isWhole = parts.every((part) => part.isWhole);
    const actions = parts.flatMap((part) => part.actions);
    if (isWhole) actions.push({ do: 'delete-directory', path });
    draft.goingFolders.set(path, self.unique);
    return { actions, isWhole };
  } catch (error) {
    draft.fail(path, 'to', unlessFatal(error, path, settings.signal));
    return KEPT;
  }
}
