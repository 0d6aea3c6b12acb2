import type { EntryType } from '../entry.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { fullYear, halfDayClock, parseClock, serverTime } from './listed-time.js';

/** `04-27-24  09:09PM`, `27.04.2024  21:09`, `2024-04-27 09:09 PM`, and what follows. */
const LINE = /^ *(\d{1,4})([-/.])(\d\d?)\2(\d{1,4}) {1,4}(\d{1,2}:\d\d(?::\d\d)?) ?([AaPp][Mm]?)? +/;
const KIND = /^<(DIR|REP|JUNCTION|JONCTION|VERBINDUNG|SYMLINKD|SYMLINK)>( +)/i;
/** Digits in groups of three, with any of the separators of Windows. */
const SIZE = /^(\d+|\d{1,3}(?:[.,'\u00A0\u202F\uDCA0\uDCFF]\d{3})+) /;
/** IIS and `dir` put so many spaces between `<DIR>` and the name: more of them are part of it. */
const SPACES_AFTER_DIR = 10;
/** The lines around a listing of `dir`. */
const AROUND =
  /^ (?:Volume (?:in drive|Serial Number)| ?Directory of ).*$|^ +[\d.,]+ (?:File\(s\)|Dir\(s\))[ \d.,]*(?: bytes)?(?: free)?$/;

/** In English, and where Windows translates them. */
const TYPES: Readonly<Record<string, EntryType>> = {
  DIR: 'directory',
  REP: 'directory',
  JUNCTION: 'link',
  JONCTION: 'link',
  VERBINDUNG: 'link',
  SYMLINKD: 'link',
  SYMLINK: 'link',
};

/** `dir` of DOS and Windows, as IIS and many others write it. */
export const dos: FormatRow = {
  format: 'dos',
  backslashSeparates: true,
  createReader: (context) => new DosReader(context),
};

class DosReader implements LineReader {
  readonly #context: ListingContext;
  /** What the last date that could be read in one way only has told. */
  #isDayFirst: boolean | undefined;

  constructor(context: ListingContext) {
    this.#context = context;
  }

  read(line: string): Reading {
    const head = LINE.exec(line);
    if (head === null) return AROUND.test(line) ? 'skip' : 'refused';
    const [matched, first = '', separator = '', middle = '', last = '', time = '', half = ''] = head;
    if (!isYearOnce(first, last)) return 'refused';
    const entry = readRest(line, line.slice(matched.length));
    if (entry === undefined) return 'refused';
    const said = parseClock(time);
    const clock = said !== undefined && half !== '' ? halfDayClock(said, half) : said;
    const isGuessedDayFirst = separator === '.' || (separator === '/' && half === '');
    const [year, month, day] =
      first.length === 4 ? [first, middle, last] : this.#order(first, middle, last, isGuessedDayFirst);
    const modified = serverTime(this.#context, fullYear(year), Number(month), Number(day), clock);
    if (modified !== undefined && clock !== undefined) entry.modified = modified;
    return entry;
  }

  /** Year, month and day. IIS puts the month first; `dir` the day, where hours are not counted to twelve. */
  #order(first: string, middle: string, year: string, isGuessedDayFirst: boolean): readonly [string, string, string] {
    if (Number(first) > 12 !== Number(middle) > 12) this.#isDayFirst = Number(first) > 12;
    return (this.#isDayFirst ?? isGuessedDayFirst) ? [year, middle, first] : [year, first, middle];
  }
}

/** Four digits in front, or two or four at the end. */
function isYearOnce(first: string, last: string): boolean {
  if (first.length === 4) return last.length <= 2;
  return first.length <= 2 && (last.length === 2 || last.length === 4);
}

/** `<DIR>          name`, `<SYMLINKD>     name [target]` or `12,345 name`. */
function readRest(line: string, rest: string): EntryDraft | undefined {
  const kind = KIND.exec(rest);
  if (kind === null) return readFile(line, rest);
  const [matched, word = '', spaces = ''] = kind;
  const afterDir = rest.slice(word.length + 2 + Math.min(spaces.length, SPACES_AFTER_DIR));
  const type = TYPES[word.toUpperCase()] ?? 'other';
  const name = type === 'directory' ? afterDir : rest.slice(matched.length);
  const entry: EntryDraft = { name, type, format: 'dos', raw: line };
  const bracket = entry.type === 'link' && name.endsWith(']') ? name.lastIndexOf(' [') : -1;
  if (bracket > 0) {
    entry.name = name.slice(0, bracket);
    entry.target = name.slice(bracket + 2, -1);
  }
  return name === '' ? undefined : entry;
}

function readFile(line: string, rest: string): EntryDraft | undefined {
  const size = SIZE.exec(rest);
  if (size === null) return undefined;
  const entry: EntryDraft = { name: rest.slice(size[0].length), type: 'file', format: 'dos', raw: line };
  const octets = Number((size[1] ?? '').replaceAll(/\D/g, ''));
  if (Number.isSafeInteger(octets)) entry.size = octets;
  return entry;
}
