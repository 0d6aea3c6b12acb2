import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { parseClock, serverTime } from './listed-time.js';
import { parseMonth } from './month.js';

const HEADER = /^\s*size\s+date\s+time\s+name\s*$/i;
const RULE = /^\s*-{4,}\s+-{4,}\s+-{4,}\s+-{4,}\s*$/;
const LINE = /^ *(\d{1,16}) +([A-Za-z]{3})-(\d\d?)-(\d{4}) +(\d\d?:\d\d:\d\d) +(?=\S)/;
const DIRECTORY_MARK = '<DIR>';

/** VxWorks' own file system: `512    JUN-20-2003  03:50:20   NAME              <DIR>`. */
export const vxworks: FormatRow = {
  format: 'vxworks',
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  if (HEADER.test(line)) return 'header';
  if (RULE.test(line)) return 'skip';
  const columns = LINE.exec(line);
  if (columns === null) return 'refused';
  const [matched, octets = '', monthName = '', day, year, time = ''] = columns;
  const month = parseMonth(monthName);
  if (month === undefined) return 'refused';
  const rest = line.slice(matched.length).trimEnd();
  const isDirectory = rest.endsWith(` ${DIRECTORY_MARK}`);
  const entry: EntryDraft = {
    name: isDirectory ? rest.slice(0, -DIRECTORY_MARK.length).trimEnd() : rest,
    type: isDirectory ? 'directory' : 'file',
    format: 'vxworks',
    raw: line,
  };
  const size = parseCount(octets);
  if (size !== undefined) entry.size = size;
  const modified = serverTime(context, Number(year), month, Number(day), parseClock(time));
  if (modified !== undefined) entry.modified = modified;
  return entry;
}
