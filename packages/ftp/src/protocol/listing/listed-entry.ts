import type { EntryType } from '../entry.js';

/** Which parser understood an entry. */
export type ListingFormat = 'mlsd' | 'unix' | 'dos';

/** How exactly a listing says a time, and whether it is UTC or in the server's own zone. */
export interface ListedTime {
  readonly at: Date;
  readonly precision: 'millisecond' | 'second' | 'minute' | 'day';
  readonly zone: 'utc' | 'server';
}

/** An entry of a listing: only what the listing says; undefined means "it does not say". */
export interface ListedEntry {
  /** One component, never with `/`, NUL, CR or LF; never `.`, `..` or empty. */
  readonly name: string;
  readonly type: EntryType;
  /** Octets; absent where the system counts blocks or records. */
  readonly size?: number;
  readonly modified?: ListedTime;
  readonly created?: ListedTime;
  /** POSIX permission bits. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly links?: number;
  /** Where a link points. */
  readonly target?: string;
  /** MLSx facts (RFC 3659 §7.5). */
  readonly unique?: string;
  readonly perm?: string;
  /** Everything an MLSx line or a mainframe listing said, keys in lower case. */
  readonly facts?: ReadonlyMap<string, string>;
  readonly format: ListingFormat;
  /** The line as it came, or lines joined by LF. */
  readonly raw: string;
}
