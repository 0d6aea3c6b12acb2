import { FtpError } from '../errors.js';
import type { SyncPlan, SyncRoot } from './contract.js';
import { Draft } from './draft.js';
import { Gate } from './gate.js';
import { planFolder } from './plan-folder.js';
import type { Ancestor, Planning } from './planning.js';
import type { SyncSettings } from './settings.js';
import type { Side } from './side.js';
import type { SyncState } from './state.js';
import { ZoneClock } from './zone-clock.js';

/** Folders that are listed at the same time, as far as the clients have connections. */
const FOLDERS_AT_ONCE = 8;

export interface Sides {
  readonly from: Side;
  readonly to: Side;
}

export interface Roots {
  readonly from: SyncRoot;
  readonly to: SyncRoot;
}

/** Looks at both sides, folder by folder, and says what is to be done. */
export async function makePlan(
  sides: Sides,
  roots: Roots,
  settings: SyncSettings,
  state: SyncState | undefined,
): Promise<SyncPlan> {
  const { from, to } = sides;
  const draft = new Draft(settings.onEvent);
  const planning: Planning = {
    from,
    to,
    settings,
    draft,
    gate: new Gate(FOLDERS_AT_ONCE),
    folds: settings.foldNames ?? (await to.foldsNames()),
    makesLinks: to.isLocal,
    keepsTimes: await to.keepsTimes(),
    mute: new Set(),
    clocks: { from: new ZoneClock(), to: new ZoneClock() },
    synced: (path) => state?.synced(path),
    wasStarted: (path, source) => state?.wasStarted(path, source) ?? false,
  };
  const source = await rootOf(from, roots.from, 'from');
  const target = await rootOf(to, roots.to, 'to');
  if (source === undefined) {
    throw new FtpError('NOT_FOUND', `There is no ${roots.from.path}`, { path: roots.from.path });
  }
  if (target === undefined) draft.actions.push({ do: 'make-directory', path: '' });
  const missing: Ancestor = { above: undefined, unique: undefined, real: '/' };
  await planFolder(planning, { path: '', onTarget: target !== undefined, source, target: target ?? missing });
  draft.dropDeletionsOfKept();
  if (from.isIncomplete) draft.dropDeletions('Lines of the listings of the source were not understood');
  return planOf(draft, roots, settings);
}

/** Rejects with USAGE where a root is no folder: a server would list a file as if it were a folder with itself in it. */
async function rootOf(side: Side, root: SyncRoot, name: 'from' | 'to'): Promise<Ancestor | undefined> {
  const seen = await side.stat('');
  if (seen === undefined) return undefined;
  if (seen.type === 'file' || seen.type === 'other') {
    throw new FtpError('USAGE', `${root.path} (${name}) is not a folder`, { phase: 'usage', path: root.path });
  }
  return { above: undefined, unique: seen.unique, real: root.kind === 'remote' ? root.path : '/' };
}

function planOf(draft: Draft, roots: Roots, settings: SyncSettings): SyncPlan {
  const { compare, deleteExcluded, links, preserveTime, filters } = settings;
  return {
    version: 1,
    made: new Date().toISOString(),
    ...roots,
    options: { compare, delete: settings.delete, deleteExcluded, links, preserveTime, filters },
    totals: draft.totals(),
    actions: draft.sortedActions(),
    skipped: draft.skipped,
    errors: draft.errors,
  };
}
