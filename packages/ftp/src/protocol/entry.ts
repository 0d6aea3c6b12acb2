/** One name of a directory, as LIST and MLSD show it. */
export interface ListedEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Octets; meaningful for files only. */
  readonly size: number;
  readonly modified: Date;
  /** When it is known. */
  readonly created?: Date;
  /** POSIX permission bits, 0o000 to 0o7777. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly links: number;
  /** Stable identity, for the MLSx fact `unique` (RFC 3659 §7.5.2). */
  readonly unique: string;
  /** Where a link points, as text. */
  readonly target?: string;
}
