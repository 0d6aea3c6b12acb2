import { FtpError } from '../errors.js';
import type {
  SyncAction,
  SyncEvent,
  SyncPlanError,
  SyncSeen,
  SyncSkip,
  SyncSkipReason,
  SyncTotals,
} from './contract.js';
import { depthOf } from './names.js';

/** A plan in the making. */
export class Draft {
  actions: SyncAction[] = [];
  readonly skipped: SyncSkip[] = [];
  readonly errors: SyncPlanError[] = [];
  sourceEntries = 0;
  targetEntries = 0;
  excluded = 0;
  unchanged = 0;
  /** Folders of the target whose content is to be deleted, with their identities. */
  readonly goingFolders = new Map<string, string | undefined>();
  readonly #kept = new Set<string>();
  readonly #emit: (event: SyncEvent) => void;

  constructor(emit: (event: SyncEvent) => void) {
    this.#emit = emit;
  }

  skip(path: string, reason: SyncSkipReason, detail: string): void {
    const skip = { path, reason, detail };
    this.skipped.push(skip);
    this.#emit({ type: 'skip', skip });
  }

  fail(path: string, side: 'from' | 'to', error: FtpError): void {
    this.errors.push({ path, side, code: error.code, message: error.message });
    this.#emit({ type: 'error', path, error });
  }

  /** A folder that stays, whatever other names it has. */
  keep(folder: SyncSeen | undefined): void {
    if (folder?.unique !== undefined) this.#kept.add(folder.unique);
  }

  /**
   * Some servers show a link to a folder as that folder. What is in one that stays is not deleted because the source lacks another name
   * for it.
   */
  dropDeletionsOfKept(): void {
    for (const [path, unique] of this.goingFolders) {
      if (unique === undefined || !this.#kept.has(unique)) continue;
      this.#drop((deletion) => isBelow(deletion.path, path) || isBelow(path, deletion.path));
      this.skip(path, 'not-deleted', 'It is another name of a folder that stays');
    }
  }

  /** Nothing is deleted after all, save what stands in the way of something else. */
  dropDeletions(detail: string): void {
    for (const { path } of this.#drop((deletion) => deletion.first !== true)) this.skip(path, 'not-deleted', detail);
  }

  #drop(isDropped: (deletion: Deletion) => boolean): SyncAction[] {
    const dropped = this.actions.filter((action) => isDeletion(action) && isDropped(action));
    const gone = new Set(dropped);
    this.actions = this.actions.filter((action) => !gone.has(action));
    return dropped;
  }

  /** In the order in which they are carried out. */
  sortedActions(): SyncAction[] {
    const staged = this.actions.map((action) => ({ action, stage: stageOf(action) }));
    staged.sort((a, b) => a.stage - b.stage || (a.action.path < b.action.path ? -1 : 1));
    return staged.map(({ action }) => action);
  }

  totals(): SyncTotals {
    const count = (what: SyncAction['do']): number => this.actions.filter((action) => action.do === what).length;
    return {
      sourceEntries: this.sourceEntries,
      targetEntries: this.targetEntries,
      excluded: this.excluded,
      unchanged: this.unchanged,
      makeDirectories: count('make-directory'),
      transfers: count('transfer'),
      octets: this.actions.reduce((sum, action) => sum + octetsOf(action), 0),
      links: count('link'),
      setTimes: count('set-time'),
      deleteFiles: count('delete-file'),
      deleteDirectories: count('delete-directory'),
      skipped: this.skipped.length,
      errors: this.errors.length,
    };
  }
}

export type Deletion = Extract<SyncAction, { do: 'delete-file' | 'delete-directory' }>;

export function isDeletion(action: SyncAction): action is Deletion {
  return action.do === 'delete-file' || action.do === 'delete-directory';
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function octetsOf(action: SyncAction): number {
  return action.do === 'transfer' ? (action.source.size ?? 0) : 0;
}

/** More than a path has levels. */
const LEVELS = 10_000;

/**
 * Actions of one stage may be carried out at the same time; a stage begins when the one before has ended. Folders are made from the
 * root down before anything goes into them, and deleted from the bottom up, last of all.
 */
export function stageOf(action: SyncAction): number {
  const depth = Math.min(depthOf(action.path), LEVELS - 1);
  switch (action.do) {
    case 'delete-file':
      return action.first === true ? 0 : 6 * LEVELS;
    case 'delete-directory':
      return (action.first === true ? 1 : 8) * LEVELS - depth;
    case 'make-directory':
      return LEVELS + 1 + depth;
    case 'transfer':
      return 3 * LEVELS;
    case 'link':
      return 4 * LEVELS;
    case 'set-time':
      return 5 * LEVELS;
  }
}
