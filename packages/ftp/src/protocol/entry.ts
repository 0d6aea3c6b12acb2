/** What kind of thing a name refers to. `other`: sockets, FIFOs, devices; never opened. */
export type EntryType = 'file' | 'directory' | 'link' | 'other';

/** One name in a storage, and in a listing. */
export interface Entry {
  /** The last component of the path; '/' for the root. */
  readonly name: string;
  readonly type: EntryType;
  /** Octets as stored; 0 for anything but a file. */
  readonly size: number;
  readonly modified: Date;
  /** When the storage knows it. */
  readonly created?: Date;
  /** POSIX permission bits, 0o000 to 0o7777. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly links: number;
  /** Stable identity, which nothing in another storage has, for the MLSx fact `unique` (RFC 3659 §7.5.2). */
  readonly unique: string;
  /** Where a link points, as text; present on links in listings. */
  readonly target?: string;
}
