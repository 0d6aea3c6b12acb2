import { decodeText, encodeText } from '../text.js';
import { Fields, isBlank, isDigits, parseCount } from './fields.js';
import type { EntryDraft, ListedEntry } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { totalWords } from './month-table.js';
import { type FoundDate, findDate, findForeignDate } from './unix-date.js';
import { endOfPermissions, hasPermissions, parseMode, typeOfLetter } from './unix-mode.js';
import { addOwners } from './unix-owner.js';

/** Words looked at before the name: an owner and a group with a few spaces each, and a long date. */
const MOST_WORDS = 24;
/** In `links owner group size date`, the usual listing. */
const USUAL_SIZE = 3;
const ARROW = ' -> ';

/** `ls -l`, of every kind of Unix and of the many servers elsewhere that imitate it. */
export const unix: FormatRow = {
  format: 'unix',
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  const at = findPermissions(line);
  if (at === -1) return isTotal(line) ? 'skip' : 'refused';
  const fields = new Fields(line, endOfPermissions(line, at), MOST_WORDS);
  const isDevice = 'bc'.includes(line.charAt(at));
  const columns = findColumns(fields, isDevice, context);
  if (columns === undefined) return 'refused';
  const { date, columnsEnd } = columns;
  const rest = line.slice(fields.end(date.last) + 1);
  if (rest === '') return 'refused';
  const entry: EntryDraft = { name: rest, type: typeOfLetter(line.charAt(at)) ?? 'other', format: 'unix', raw: line };
  const size = parseCount(columns.size);
  if (size !== undefined) entry.size = size;
  if (date.time !== undefined) entry.modified = date.time;
  const mode = parseMode(line, at);
  if (mode !== undefined) entry.mode = mode;
  addOwners(entry, fields, columnsEnd);
  if (entry.type === 'link') splitTarget(entry, rest);
  // `ls -F` and `ls -p`: no name of a directory ends in a slash. The marks of `-F` for others could be part of the name.
  if (entry.type === 'directory' && rest.endsWith('/')) entry.name = rest.slice(0, -1);
  return entry;
}

/** Past at most two columns of numbers, the inode's and the blocks'; -1 when there are none. */
function findPermissions(line: string): number {
  let at = 0;
  for (let column = 0; column < 3; column += 1) {
    while (isBlank(line.charCodeAt(at))) at += 1;
    if (hasPermissions(line, at)) return at;
    const start = at;
    while (at < line.length && at - start < 24 && isBlockCount(line.charCodeAt(at))) at += 1;
    if (at === start || !isBlank(line.charCodeAt(at))) return -1;
  }
  return -1;
}

/** A digit, or a part of `4.0K`. */
function isBlockCount(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x4b || code === 0x4d || code === 0x47;
}

interface Columns {
  /** Empty when it is not octets: of a device, rounded, or missing. */
  readonly size: string;
  /** How many words there are before the size: links, owner and group. */
  readonly columnsEnd: number;
  readonly date: FoundDate;
}

/** The size is the last word before the date. It is looked for in its usual place first: an owner or a group can look like a date. */
function findColumns(fields: Fields, isDevice: boolean, context: ListingContext): Columns | undefined {
  const search = isDevice ? deviceAndDate : sizeAndDate;
  const usual = search(fields, USUAL_SIZE, findDate, context);
  if (usual !== undefined) return usual;
  for (const find of [findDate, findForeignDate]) {
    for (let at = 0; at < fields.count; at += 1) {
      const found = search(fields, at, find, context);
      if (found !== undefined) return found;
    }
  }
  for (let at = 0; at < fields.count; at += 1) {
    const date = findDate(fields, at, context);
    if (date !== undefined) return { size: '', columnsEnd: at, date };
  }
  return undefined;
}

type FindDate = typeof findDate;

const ROUNDED_SIZE = /^\d{1,4}(?:[.,]\d)?[BKMGTPE]i?B?$/i;

function sizeAndDate(fields: Fields, at: number, find: FindDate, context: ListingContext): Columns | undefined {
  const size = fields.text(at);
  const isExact = isDigits(size);
  if (!isExact && !ROUNDED_SIZE.test(size) && !isNegative(size)) return undefined;
  const date = find(fields, at + 1, context);
  if (date === undefined) return undefined;
  // Of a folder NetPresenz (Mac) counts the entries.
  const isFolder = at === 1 && fields.text(0) === 'folder';
  return { size: isExact && !isFolder ? size : '', columnsEnd: at, date };
}

/** What macOS prints for both numbers of a device, `0x4000040`, or both of them in one word. */
const DEVICE_NUMBERS = /^(?:\d+|\d+,\d+|0x[\da-f]+)$/i;

/** A device has its two numbers where the size is otherwise: `4, 64` or `4,64`. */
function deviceAndDate(fields: Fields, at: number, find: FindDate, context: ListingContext): Columns | undefined {
  if (!DEVICE_NUMBERS.test(fields.text(at))) return undefined;
  const date = find(fields, at + 1, context);
  if (date === undefined) return undefined;
  const isMinor = at > 0 && /^\d+,$/.test(fields.text(at - 1));
  return { size: '', columnsEnd: isMinor ? at - 1 : at, date };
}

/** What a server prints that holds sizes in 32 bits. */
function isNegative(text: string): boolean {
  return text.startsWith('-') && isDigits(text.slice(1));
}

/** `name -> target`. With several arrows the size decides, where it is the length of the target; otherwise the first does. */
function splitTarget(entry: EntryDraft, rest: string): void {
  const first = rest.indexOf(ARROW);
  if (first === -1) return;
  const at = rest.indexOf(ARROW, first + 1) === -1 ? first : (arrowBySize(rest, entry.size) ?? first);
  entry.name = rest.slice(0, at);
  entry.target = rest.slice(at + ARROW.length);
}

function arrowBySize(rest: string, size: ListedEntry['size']): number | undefined {
  const octets = encodeText(rest);
  if (size === undefined || size <= 0 || size > octets.length) return undefined;
  const name = decodeText(octets.subarray(0, octets.length - size));
  return name.endsWith(ARROW) && name.length > ARROW.length && rest.startsWith(name)
    ? name.length - ARROW.length
    : undefined;
}

/** `total 48`, in any language that is known. */
function isTotal(line: string): boolean {
  const fields = new Fields(line, 0, 4);
  if (fields.count < 2 || fields.count > 3) return false;
  const word = fields.text(0).toLowerCase().replace(':', '');
  return totalWords.has(word) && /^\d[\d.,]*[KMGT]?B?$/i.test(fields.text(fields.count - 1));
}
