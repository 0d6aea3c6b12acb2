import type { EntryType } from '../entry.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { fullYear, halfDayClock, parseClock, serverTime } from './listed-time.js';

/** `04-27-24  09:09PM`, `27.04.2024  21:09`, `2024-04-27 09:09 PM`, and what follows. */
const LINE = /^ *(\d{1,4})([-/.])(\d\d?)\2(\d{1,4}) {1,4}(\d{1,2}:\d\d(?::\d\d)?) ?([AaPp][Mm]?)? +/;
const KIND = /^<(DIR|JUNCTION|SYMLINKD|SYMLINK)>( +)/;
/** Digits in groups of three, with any of the separators of Windows. */
const SIZE = /^(\d+|\d{1,3}(?:[.,'\u00A0\u202F\uDCA0\uDCFF]\d{3})+) /;
/** IIS and `dir` put so many spaces between `<DIR>` and the name: more of them are part of it. */
const SPACES_AFTER_DIR = 10;
/** The lines around a listing of `dir`. */
const AROUND =
  /^ (?:Volume (?:in drive|Serial Number)| ?Directory of ).*$|^ +[\d.,]+ (?:File\(s\)|Dir\(s\))[ \d.,]*(?: bytes)?(?: free)?$/;

const TYPES: Readonly<Record<string, EntryType>> = {
  DIR: 'directory',
  JUNCTION: 'link',
  SYMLINKD: 'link',
  SYMLINK: 'link',
};

/** `dir` of DOS and Windows, as IIS and many others write it. */
export const dos: FormatRow = {
  format: 'dos',
  backslashSeparates: true,
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  const head = LINE.exec(line);
  if (head === null) return AROUND.test(line) ? 'skip' : 'refused';
  const [matched, first = '', separator = '', middle = '', last = '', time = '', half = ''] = head;
  const day = calendarDay(first, middle, last, separator);
  if (day === undefined) return 'refused';
  const entry = readRest(line, line.slice(matched.length));
  if (entry === undefined) return 'refused';
  const said = parseClock(time);
  const clock = said !== undefined && half !== '' ? halfDayClock(said, half) : said;
  const modified = serverTime(context, day.year, day.month, day.day, clock);
  if (modified !== undefined && clock !== undefined) entry.modified = modified;
  return entry;
}

/** Dots mean day first, a year in front means year first; otherwise the month is first, unless it cannot be one. */
function calendarDay(
  first: string,
  middle: string,
  last: string,
  separator: string,
): { year: number; month: number; day: number } | undefined {
  if (first.length === 4)
    return last.length > 2 ? undefined : { year: Number(first), month: Number(middle), day: Number(last) };
  if (first.length === 3 || last.length === 1 || last.length === 3) return undefined;
  const isDayFirst = separator === '.' || (Number(first) > 12 && Number(middle) <= 12);
  const [month, day] = isDayFirst ? [middle, first] : [first, middle];
  return { year: fullYear(last), month: Number(month), day: Number(day) };
}

/** `<DIR>          name`, `<SYMLINKD>     name [target]` or `12,345 name`. */
function readRest(line: string, rest: string): EntryDraft | undefined {
  const kind = KIND.exec(rest);
  if (kind === null) return readFile(line, rest);
  const [matched, word = '', spaces = ''] = kind;
  const afterDir = rest.slice(word.length + 2 + Math.min(spaces.length, SPACES_AFTER_DIR));
  const name = word === 'DIR' ? afterDir : rest.slice(matched.length);
  const entry: EntryDraft = { name, type: TYPES[word] ?? 'other', format: 'dos', raw: line };
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
