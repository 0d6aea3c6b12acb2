import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { fullYear, parseClock, serverTime } from './listed-time.js';
import { parseMonth } from './month.js';

const HEADER = /^\s*File\s+Code\s+EOF\s+Last\s+Modification\s+Owner\s+RWEP\s*$/i;
/** Name, code (with an `O` when it is open), octets, day, time, owner as group and user, and who may read, write, execute, purge. */
const LINE =
  /^ *([A-Za-z][A-Za-z0-9]{0,7}) +(\d{1,5})(?: ?([A-Z+]{1,2}))? +(\d{1,16}) +(\d\d?)-([A-Za-z]{3})-(\d\d(?:\d\d)?) +(\d\d?:\d\d:\d\d) +(\d{1,3}), *(\d{1,3}) +"?([-NAGOUC*]{4})"? *$/i;

/** HP (Tandem) NonStop, Guardian files: `IARPTS01  101  14520 14-Nov-03 21:35:11 255,255 "oooo"`. */
export const nonstop: FormatRow = {
  format: 'nonstop',
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  if (HEADER.test(line)) return 'header';
  const columns = LINE.exec(line);
  if (columns === null) return 'refused';
  const [
    ,
    name = '',
    code = '',
    flag,
    octets = '',
    day,
    month = '',
    year = '',
    time = '',
    group = '',
    user = '',
    security = '',
  ] = columns;
  const facts = new Map([
    ['code', code],
    ['security', security],
  ]);
  if (flag !== undefined) facts.set('flag', flag);
  const entry: EntryDraft = { name, type: 'file', owner: user, group, facts, format: 'nonstop', raw: line };
  const size = parseCount(octets);
  if (size !== undefined) entry.size = size;
  const modified = serverTime(context, fullYear(year), parseMonth(month) ?? 0, Number(day), parseClock(time));
  if (modified !== undefined) entry.modified = modified;
  return entry;
}
