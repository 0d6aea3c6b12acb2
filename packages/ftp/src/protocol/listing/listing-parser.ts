import { type ListedEntry, type ListingFormat, isComponent } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { listingFormats } from './listing-formats-table.js';

/** Characters of the longest line that is read; a longer one counts as not understood. Two paths of full length fit. */
export const MAX_LISTING_LINE_LENGTH = 16_384;
/** Lines that are kept of those nobody understood. */
export const MAX_UNPARSED_LINES = 100;

const MINUTE_MS = 60_000;
const NOTHING: readonly ListedEntry[] = [];

export interface ListingParserOptions {
  /** The clock, for dates without a year: they are of the latest year that puts them not more than a day ahead of it. */
  readonly now: Date;
  /** Minutes east of UTC of the times that carry no zone; default 0. */
  readonly zoneMinutes?: number;
  /** Only this format; by default it is found out, from the first line that is of any, and others remain possible. */
  readonly format?: ListingFormat;
  /** Default {@link MAX_LISTING_LINE_LENGTH}. */
  readonly maxLineLength?: number;
  /** Default {@link MAX_UNPARSED_LINES}. */
  readonly maxUnparsed?: number;
}

interface Candidate {
  readonly row: FormatRow;
  readonly reader: LineReader;
}

/**
 * Reads a listing line by line, whatever system it is from. Never throws: a line that no format understands, or whose name could
 * lead out of the directory, is counted and kept in `unparsed`. Time is linear in the line, memory bounded by the limits.
 */
export class ListingParser {
  readonly #candidates: readonly Candidate[];
  readonly #maxLineLength: number;
  readonly #maxUnparsed: number;
  readonly #unparsed: string[] = [];
  #unparsedCount = 0;
  #preferred: Candidate | undefined;
  /** It has read the beginning of an entry. */
  #pending: Candidate | undefined;

  constructor(options: ListingParserOptions) {
    const { now, zoneMinutes = 0, format, maxLineLength, maxUnparsed } = options;
    const context: ListingContext = {
      now: now.getTime(),
      zoneMs: zoneMinutes * MINUTE_MS,
      isChosen: format !== undefined,
    };
    this.#candidates = listingFormats
      .filter((row) => format === undefined || row.format === format)
      .map((row) => ({ row, reader: row.createReader(context) }));
    this.#maxLineLength = maxLineLength ?? MAX_LISTING_LINE_LENGTH;
    this.#maxUnparsed = maxUnparsed ?? MAX_UNPARSED_LINES;
  }

  /** The format of the listing as far as it is known: the one whose header came last, or else of the first entry. */
  get format(): ListingFormat | undefined {
    return this.#preferred?.row.format;
  }

  /** Lines nobody understood, as they came (the beginning only of one that is too long); not more than `maxUnparsed` of them. */
  get unparsed(): readonly string[] {
    return this.#unparsed;
  }

  /** All of them, also those that are not kept. */
  get unparsedCount(): number {
    return this.#unparsedCount;
  }

  /** One line without its CR LF. Returns what became complete. */
  push(line: string): readonly ListedEntry[] {
    if (line.length > this.#maxLineLength) return this.#refuse(line);
    // Servers that translate text twice end lines in CR CR LF.
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (this.#pending !== undefined) {
      const reading = this.#pending.reader.read(text);
      if (reading !== 'refused') return this.#accept(this.#pending, reading);
      this.#abandon();
    }
    const preferred = this.#preferred;
    if (preferred !== undefined) {
      const reading = preferred.reader.read(text);
      if (reading !== 'refused') return this.#accept(preferred, reading);
    }
    for (const candidate of this.#candidates) {
      if (candidate === preferred) continue;
      const reading = candidate.reader.read(text);
      if (reading !== 'refused') return this.#accept(candidate, reading);
    }
    return text.trim() === '' ? NOTHING : this.#refuse(line);
  }

  /** The listing is over: an entry that waits for its second line is not going to have it. */
  end(): readonly ListedEntry[] {
    this.#abandon();
    return NOTHING;
  }

  #accept(candidate: Candidate, reading: Exclude<Reading, 'refused'>): readonly ListedEntry[] {
    this.#pending = reading === 'pending' ? candidate : undefined;
    if (reading === 'skip' || reading === 'pending') return NOTHING;
    if (reading === 'header') {
      this.#preferred = candidate;
      return NOTHING;
    }
    const { name, target } = reading;
    if (name === '.' || name === '..') return NOTHING;
    if (!isComponent(name) || (candidate.row.backslashSeparates && name.includes('\\')))
      return this.#refuse(reading.raw);
    if (target !== undefined && /[\0\r\n]/.test(target)) return this.#refuse(reading.raw);
    this.#preferred ??= candidate;
    return [reading];
  }

  #abandon(): void {
    for (const line of this.#pending?.reader.abandon?.() ?? []) this.#refuse(line);
    this.#pending = undefined;
  }

  #refuse(line: string): readonly ListedEntry[] {
    this.#unparsedCount += 1;
    if (this.#unparsed.length < this.#maxUnparsed) this.#unparsed.push(line.slice(0, this.#maxLineLength));
    return NOTHING;
  }
}
