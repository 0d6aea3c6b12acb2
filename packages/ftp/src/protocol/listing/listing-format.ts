import type { ListedEntry, ListingFormat } from './listed-entry.js';

/** What the readers of lines need to know beside the line. */
export interface ListingContext {
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** How far the server's clock is ahead of UTC, in milliseconds. */
  readonly zoneMs: number;
  /** The caller named the format, so that lines which could be anything count as lines of it. */
  readonly isChosen: boolean;
}

/**
 * What a line is to one format: an entry; a `header` that only this format has; something to `skip`, such as a total; the
 * beginning of an entry that the next line ends (`pending`); or, as `refused`, not of this format.
 */
export type Reading = ListedEntry | 'header' | 'skip' | 'pending' | 'refused';

/** Reads the lines of one listing. A line that it refuses changes nothing in it. */
export interface LineReader {
  read(line: string): Reading;
  /** Forgets a `pending` line, and gives it back. */
  abandon?(): readonly string[];
}

/** One format: a row of the table in `listing-formats-table.ts`. */
export interface FormatRow {
  readonly format: ListingFormat;
  /** A backslash separates components there, so no name has one. */
  readonly backslashSeparates?: true;
  createReader(context: ListingContext): LineReader;
}
