import type { EntryType } from '../entry.js';
import { isListable } from '../unix-listing.js';

/** The systems whose listings are understood; `names` is NLST, and never guessed. */
export type ListingFormat =
  | 'mlsd'
  | 'unix'
  | 'dos'
  | 'eplf'
  | 'netware'
  | 'os2'
  | 'vms'
  | 'mvs'
  | 'pds'
  | 'jes'
  | 'zvm'
  | 'os400'
  | 'nonstop'
  | 'vxworks'
  | 'os9'
  | 'enterprise'
  | 'names';

/** How exactly a listing says a time, and whether it is UTC or in the server's own zone. */
export interface ListedTime {
  readonly at: Date;
  readonly precision: 'millisecond' | 'second' | 'minute' | 'day';
  readonly zone: 'utc' | 'server';
}

/** An entry of a listing: only what the listing says; undefined means "it does not say". */
export interface ListedEntry {
  /**
   * One component: never empty, `.` or `..`, and without `/`, NUL, CR and LF (`/` itself only for the root, from an MLST reply).
   * It is what the server takes as a name: the `^` escapes of VMS and the quotes of MVS stay.
   */
  readonly name: string;
  /** `file` also where the listing does not tell files from directories. */
  readonly type: EntryType;
  /** Octets; absent where the system counts blocks or records, and where the number is rounded or beyond 2^53. */
  readonly size?: number;
  readonly modified?: ListedTime;
  readonly created?: ListedTime;
  /** POSIX permission bits, 0o000 to 0o7777. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly links?: number;
  /** Where a link points. Any text without NUL, CR and LF. */
  readonly target?: string;
  /** The MLSx facts of RFC 3659 §7.5.2 and §7.5.5, as they came. */
  readonly unique?: string;
  readonly perm?: string;
  /** Everything an MLSx line or the listing of a mainframe said, keys in lower case. */
  readonly facts?: ReadonlyMap<string, string>;
  /** Which parser understood it. */
  readonly format: ListingFormat;
  /** The line (or lines, joined by LF) as it came. */
  readonly raw: string;
}

/** An entry while a parser fills it in. */
export type EntryDraft = { -readonly [Key in keyof ListedEntry]: ListedEntry[Key] };

/** Whether a name can be one component of a path: what a listing says is never more than that. */
export function isComponent(name: string): boolean {
  return isListable(name) && !name.includes('/') && name !== '.' && name !== '..';
}
