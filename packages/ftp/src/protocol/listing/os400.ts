import type { EntryType } from '../entry.js';
import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { parseClock } from './listed-time.js';
import { ShortDateReader } from './short-date.js';

/** Owner, size, day, time, type and name; of a member of a file only owner, type and name. The owner is empty for anonymous users. */
const LINE =
  /^(?:([A-Z0-9$#@_]{1,10}) +| {3,})(?:(?:(\d{1,20}) +)?(\d\d[-/.,]\d\d[-/.,]\d\d) (\d\d[:.]\d\d[:.]\d\d) +)?\*([A-Z0-9]{2,10})(?: +(\S.*))$/;

/** What the types of objects are to FTP; others, such as programs, are neither read nor entered. */
const TYPES: ReadonlyMap<string, EntryType> = new Map([
  ['DIR', 'directory'],
  ['DDIR', 'directory'],
  ['LIB', 'directory'],
  ['FLR', 'directory'],
  ['STMF', 'file'],
  ['DSTMF', 'file'],
  ['DOC', 'file'],
  ['MEM', 'file'],
  ['FILE', 'file'],
  ['SYMLNK', 'link'],
]);

/** OS/400, i5/OS, IBM i: `QPGMR  36864 04/03/24 14:06:34 *FILE   NAME.SAVF` (LISTFMT 0). */
export const os400: FormatRow = {
  format: 'os400',
  createReader: (context) => new Os400Reader(context),
};

class Os400Reader implements LineReader {
  readonly #dates: ShortDateReader;

  constructor(context: ListingContext) {
    this.#dates = new ShortDateReader(context);
  }

  read(line: string): Reading {
    const columns = LINE.exec(line);
    if (columns === null) return 'refused';
    const [, owner, digits, day, time, kind = '', text = ''] = columns;
    const name = text.trimEnd();
    const isDirectory = name.endsWith('/');
    const entry: EntryDraft = {
      name: isDirectory ? name.slice(0, -1) : name,
      type: isDirectory ? 'directory' : typeOf(kind, name),
      facts: new Map([['type', `*${kind}`]]),
      format: 'os400',
      raw: line,
    };
    const size = digits === undefined ? undefined : parseCount(digits);
    if (size !== undefined) entry.size = size;
    if (owner !== undefined) entry.owner = owner;
    const modified = day === undefined ? undefined : this.#dates.read(day, parseClock(time ?? ''));
    if (modified !== undefined) entry.modified = modified;
    return entry;
  }
}

/** A physical file (`X.FILE`) holds members; a save file (`X.SAVF`), and any file named in the way of libraries, is one. */
function typeOf(kind: string, name: string): EntryType {
  if (kind === 'FILE' && name.endsWith('.FILE')) return 'directory';
  return TYPES.get(kind) ?? 'other';
}
