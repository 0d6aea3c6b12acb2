import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { fullYear, serverTime } from './listed-time.js';

const HEADER =
  /^\s*(?:Directory of \S.* \d\d:\d\d(?::\d\d)?|Owner\s+Last modified\s+Attributes\s+Sector\s+Bytecount\s+Name)\s*$/i;
const RULE = /^\s*-{4,}\s+-{6,}\s+-{6,}\s+-{4,}\s+-{6,}\s+-{4,}\s*$/;
/** Owner as group and user, day, hour, attributes, sector, octets, name. */
const LINE =
  /^ *(\d{1,5})\.(\d{1,5}) +(\d\d)\/(\d\d)\/(\d\d) +(\d\d)(\d\d) +([d-][s-][e-][w-][r-][e-][w-][r-]) +([0-9A-Fa-f]{1,8}) +(\d{1,12}) (?=\S)/;

/** Microware OS-9: `20.20 07/03/29 1026 d-ewrewr 2650 85920 name`. */
export const os9: FormatRow = {
  format: 'os9',
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  if (HEADER.test(line)) return 'header';
  if (RULE.test(line)) return 'skip';
  const columns = LINE.exec(line);
  if (columns === null) return 'refused';
  const [
    matched,
    group = '',
    owner = '',
    year = '',
    month,
    day,
    hour,
    minute,
    attributes = '',
    sector = '',
    octets = '',
  ] = columns;
  const entry: EntryDraft = {
    name: line.slice(matched.length),
    type: attributes.startsWith('d') ? 'directory' : 'file',
    owner,
    group,
    facts: new Map([
      ['attributes', attributes],
      ['sector', sector],
    ]),
    format: 'os9',
    raw: line,
  };
  const size = parseCount(octets);
  if (size !== undefined) entry.size = size;
  const clock = { hour: Number(hour), minute: Number(minute) };
  const modified = serverTime(context, fullYear(year), Number(month), Number(day), clock);
  if (modified !== undefined) entry.modified = modified;
  return entry;
}
