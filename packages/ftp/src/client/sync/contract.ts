import type { Client, Progress, TransferResult, Verify } from '../contract.js';
import type { FtpError, FtpErrorCode } from '../errors.js';
import type { EntryType, ListedTime } from '../../protocol/index.js';
import type { SyncFilter } from './filters.js';

/** A folder on this machine, or one on a server. At least one of the two sides is a server. */
export type SyncSide = { readonly local: string } | { readonly client: Client; readonly path: string };

/**
 * What makes a file of the source one to copy. A size that differs does, always.
 * `newer`: or a later modification time, as exactly as both sides say it; where a listing is too coarse to tell, the server is asked.
 * `size`: nothing else. `hash`: or a different hash; where the server has none the file is read. `always`: every file is copied.
 */
export type SyncCompare = 'newer' | 'size' | 'hash' | 'always';

/**
 * Links of the source. `skip`: left out. `follow`: what they lead to is copied, each folder once on a way down.
 * `copy`: made again as links on a local target, if they stay inside it; left out elsewhere, as FTP makes none.
 */
export type SyncLinks = 'skip' | 'follow' | 'copy';

export interface SyncOptions {
  /** Default 'newer'. */
  readonly compare?: SyncCompare;
  /**
   * A local file that remembers what was copied, and how both sides looked then: with it a second run copies nothing, even where
   * a server keeps no times, and uploads that were broken off are continued. Made when it is missing. Default: none.
   */
  readonly state?: string;
  /** Delete what the source does not have. Default false. Never the root, never what a filter excludes. */
  readonly delete?: boolean;
  /** Delete what a filter excludes as well. Default false. */
  readonly deleteExcluded?: boolean;
  /** More deletions than so many, or than `'N%'` of the target's entries, refuse the whole run with LIMIT. Default 100. */
  readonly maxDelete?: number | `${number}%`;
  /** The first that matches decides; what none matches is included. See {@link SyncFilter}; `parseFilters` reads a file of them. */
  readonly filters?: readonly SyncFilter[];
  /** Default 'skip'. */
  readonly links?: SyncLinks;
  /** Give copies the source's modification time. Default true. */
  readonly preserveTime?: boolean;
  /** Upload under a temporary name and rename when all is there. Downloads always do. Default false. */
  readonly atomic?: boolean;
  /** Default 'size'. */
  readonly verify?: Verify;
  /** Plan and report, change nothing. Default false. */
  readonly dryRun?: boolean;
  /** Files copied at the same time; more than the client has connections only wait. Default 4. */
  readonly maxConcurrent?: number;
  /** Levels below the roots. Default 64. */
  readonly maxDepth?: number;
  /** End at the first error. Default false: errors are collected, and only what makes going on pointless ends the run. */
  readonly stopOnError?: boolean;
  /**
   * Whether the target takes `A` and `a`, or two ways of writing `é`, for one name. Default: true on Windows and macOS and on servers
   * that say they are Windows.
   */
  readonly foldNames?: boolean;
  /** Ends `plan` and `run` with ABORTED; the clients stay usable. */
  readonly signal?: AbortSignal;
  /** Told of every step, in order. What it throws ends the run. */
  readonly onEvent?: (event: SyncEvent) => void;
}

/** A time as a listing says it; JSON, so `at` is ISO 8601. */
export interface SyncTime {
  readonly at: string;
  readonly precision: ListedTime['precision'];
  readonly zone: ListedTime['zone'];
}

/** What is known of an entry. JSON. */
export interface SyncSeen {
  readonly type: EntryType;
  readonly size?: number;
  readonly modified?: SyncTime;
  /** The same for the same file on that side. */
  readonly unique?: string;
  /** Where a link points. */
  readonly target?: string;
}

/** Why a file is copied. `always`: asked for. */
export type SyncReason = 'missing' | 'newer' | 'size' | 'hash' | 'always';

/** One step. `path` is relative to both roots, without a leading slash; `''` is the root. JSON. */
export type SyncAction =
  | { readonly do: 'make-directory'; readonly path: string }
  | {
      readonly do: 'transfer';
      readonly path: string;
      readonly why: SyncReason;
      readonly source: SyncSeen;
      /** What is at the target now, and is replaced. */
      readonly replaces?: SyncSeen;
      /** What is at the target is the beginning of this very file, from a run that was broken off. */
      readonly resume?: true;
    }
  | { readonly do: 'link'; readonly path: string; readonly target: string; readonly replaces?: SyncSeen }
  | { readonly do: 'set-time'; readonly path: string; readonly modified: string; readonly seen: SyncSeen }
  /** `first`: it stands where something of another type is to go, so it is deleted before that. */
  | { readonly do: 'delete-file'; readonly path: string; readonly seen: SyncSeen; readonly first?: true }
  | { readonly do: 'delete-directory'; readonly path: string; readonly first?: true };

/**
 * Why an entry is left as it is. `link`: a link, which are skipped; `link-outside`: it would lead out of the target; `loop`: it leads
 * back to a folder above. `type`: neither file, folder nor link. `conflict`: a folder here, a file there; with `delete` it is replaced.
 * `unsafe-name`: the target cannot hold the name, or it would lead elsewhere. `collision`: another entry has this name on the target.
 * `too-deep`: below `maxDepth`. `changed`: no longer what the plan saw. `not-deleted`: the source's listing was incomplete, or
 * could not be read. `no-folder`: the folder it belongs in could not be made. `unsupported`: the server cannot.
 */
export type SyncSkipReason =
  | 'link'
  | 'link-outside'
  | 'loop'
  | 'type'
  | 'conflict'
  | 'unsafe-name'
  | 'collision'
  | 'too-deep'
  | 'changed'
  | 'not-deleted'
  | 'no-folder'
  | 'unsupported';

export interface SyncSkip {
  readonly path: string;
  readonly reason: SyncSkipReason;
  /** In words. */
  readonly detail: string;
}

/** A folder or file that could not be looked at; nothing below it is touched. JSON. */
export interface SyncPlanError {
  readonly path: string;
  readonly side: 'from' | 'to';
  readonly code: FtpErrorCode;
  readonly message: string;
}

export type SyncRoot =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly host: string; readonly port: number; readonly path: string };

/** The options a plan was made with. */
export interface SyncPlanOptions {
  readonly compare: SyncCompare;
  readonly delete: boolean;
  readonly deleteExcluded: boolean;
  readonly links: SyncLinks;
  readonly preserveTime: boolean;
  readonly filters: readonly SyncFilter[];
}

export interface SyncTotals {
  /** Entries of the source that were looked at, excluded ones not. */
  readonly sourceEntries: number;
  readonly targetEntries: number;
  /** Entries, on either side, that filters exclude; what is in an excluded folder is not counted. */
  readonly excluded: number;
  /** Files that need nothing. */
  readonly unchanged: number;
  readonly makeDirectories: number;
  readonly transfers: number;
  /** Octets of the transfers, as far as sizes are known. */
  readonly octets: number;
  readonly links: number;
  readonly setTimes: number;
  readonly deleteFiles: number;
  readonly deleteDirectories: number;
  readonly skipped: number;
  readonly errors: number;
}

/** What is to be done, in the order it is done. Plain JSON: it may be written, reviewed, and run later. It holds no passwords. */
export interface SyncPlan {
  readonly version: 1;
  /** ISO 8601. */
  readonly made: string;
  readonly from: SyncRoot;
  readonly to: SyncRoot;
  readonly options: SyncPlanOptions;
  readonly totals: SyncTotals;
  readonly actions: readonly SyncAction[];
  readonly skipped: readonly SyncSkip[];
  readonly errors: readonly SyncPlanError[];
}

export interface SyncFailure {
  readonly path: string;
  readonly error: FtpError;
}

export interface SyncResult {
  /** Nothing was skipped for a change, nothing failed, nothing was left undone. */
  readonly complete: boolean;
  /** Nothing was done, only reported: the counts say what would have been. */
  readonly dryRun: boolean;
  readonly transferred: number;
  /** Octets moved. */
  readonly octets: number;
  readonly directoriesMade: number;
  readonly linksMade: number;
  readonly timesSet: number;
  readonly filesDeleted: number;
  readonly directoriesDeleted: number;
  readonly unchanged: number;
  /** The plan's, and what had changed since the plan. */
  readonly skipped: readonly SyncSkip[];
  /** The plan's, and those of the run. */
  readonly errors: readonly SyncFailure[];
  /** The error that ended the run early, actions left undone: a full disk, a server that cannot be reached, `stopOnError`. */
  readonly stoppedBy: FtpError | undefined;
  readonly milliseconds: number;
}

/** What a job tells, in order: `folder`s and `skip`s while it plans, `planned`, then for each action `start`, `progress`, and an end. */
export type SyncEvent =
  /** A folder has been compared. */
  | { readonly type: 'folder'; readonly path: string; readonly entries: number }
  | { readonly type: 'planned'; readonly totals: SyncTotals }
  | { readonly type: 'start'; readonly action: SyncAction }
  | { readonly type: 'progress'; readonly path: string; readonly progress: Progress }
  /** `result` with transfers, unless it is a dry run. */
  | { readonly type: 'done'; readonly action: SyncAction; readonly result?: TransferResult }
  | { readonly type: 'skip'; readonly skip: SyncSkip }
  | { readonly type: 'error'; readonly path: string; readonly error: FtpError };

/** One synchronisation, from planning to the end. */
export interface SyncJob {
  /** Looks at both sides and changes nothing. Rejects where a root cannot be read. */
  plan(): Promise<SyncPlan>;
  /**
   * Carries out the plan, or one made now. Before each action it is checked that what is replaced or deleted still is what the plan
   * saw. Rejects, nothing done, with LIMIT where too much would be deleted and with USAGE where the plan is for other roots; with
   * ABORTED at a signal. Everything else is in the result.
   */
  run(plan?: SyncPlan): Promise<SyncResult>;
}
