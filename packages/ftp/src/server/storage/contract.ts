import type { Entry } from '../../protocol/index.js';

export type { Entry, EntryType } from '../../protocol/index.js';

/** An open file to read from, at the offset it was opened with. */
export interface ReadHandle {
  /** Octets of the whole file when it was opened. */
  readonly size: number;
  /** A file descriptor to read from directly (zero copy), where there is one. */
  readonly fd?: number;
  /** Fills `into` from where the last read ended and returns the octets read; 0 at the end of the file. */
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** An open file to write to. What `write` has resolved for is in the file, whatever happens afterwards; its chunks are used again then. */
export interface WriteHandle {
  readonly fd?: number;
  write(chunks: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * How to open a file for writing.
 * `replace`: create or truncate; `create`: fail with `exists` when there is one; `append`: create or add at the end;
 * What `replace` and `truncate-at` drop is dropped by the first `write`, be it of nothing: an upload that never begins costs no data.
 * `truncate-at`: keep `offset` octets, drop the rest, write on from there; `overwrite-at`: write from `offset`, keep what lies behind.
 * Both `-at` kinds need an existing file and fail with `invalid` when `offset` is past its end.
 */
export type WriteIntent =
  | { readonly kind: 'replace' | 'create' | 'append' }
  | { readonly kind: 'truncate-at' | 'overwrite-at'; readonly offset: number };

/** Why a storage refused; each has one FTP reply (docs/errors.md). */
export type StorageFaultCode =
  | 'not-found'
  | 'exists'
  | 'denied'
  | 'not-a-directory'
  | 'is-a-directory'
  | 'not-a-file'
  | 'not-empty'
  | 'cross-device'
  | 'full'
  | 'quota'
  | 'busy'
  | 'invalid'
  | 'too-many-links'
  | 'too-large'
  | 'name-too-long'
  | 'unsupported'
  | 'failed';

/** The only error a storage throws. `message` is for the log; a peer is told the code's own words only. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
  readonly code: StorageFaultCode;

  constructor(code: StorageFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether there is nothing of that path. */
export function isMissing(error: unknown): boolean {
  return error instanceof StorageFault && (error.code === 'not-found' || error.code === 'not-a-directory');
}

/**
 * Where files are. Paths are absolute, normal (`/a/b`, no `.`, `..`, `//` or trailing slash but the root's own) and start at the root of this storage.
 * The optional members are abilities: FEAT and the verbs that need one follow from their presence.
 */
export interface Storage {
  /** Links are followed when they stay inside; a link that leads nowhere or out of the storage is `not-found` or `denied`. */
  stat(path: string): Promise<Entry>;
  /**
   * The entries of a directory, without `.` and `..`, some at a time, so that memory is bounded and other sessions get their turn.
   * Links appear as what they point to when that is inside, else as `link`.
   */
  list(path: string): AsyncIterable<readonly Entry[]>;
  openRead(path: string, offset: number): Promise<ReadHandle>;
  openWrite(path: string, intent: WriteIntent): Promise<WriteHandle>;
  remove(path: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** Replaces a file at `to`, never a directory. `cross-device` where that would be copying. */
  rename(from: string, to: string): Promise<void>;
  setTimes?(path: string, times: { readonly modified?: Date; readonly created?: Date }): Promise<void>;
  /** Whether `setTimes` keeps `created` too (MFCT). */
  readonly keepsCreated?: boolean;
  setMode?(path: string, mode: number): Promise<void>;
  makeLink?(path: string, target: string): Promise<void>;
  /** Octets free for uploads. */
  space?(path: string): Promise<{ readonly available: number }>;
  /** Octets under a directory, all levels; rejects when `signal` aborts. */
  totalSize?(path: string, signal: AbortSignal): Promise<number>;
  /** Where `path` leads when its links are followed. A storage without this one has no links. */
  realPath?(path: string): Promise<string>;
  /** The same storage, where a path that leads through a link is `denied`, so that what was decided of a path holds for what is touched. */
  readonly withoutLinks?: Storage;
}
