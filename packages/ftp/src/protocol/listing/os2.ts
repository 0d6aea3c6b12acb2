import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { fullYear, parseClock, serverTime } from './listed-time.js';

/** Size, attributes, day and time: `     612      A    07-28-95   16:45  name`. */
const LINE =
  /^ *(\d{1,16}) {1,40}(?:([RHSA]{1,4}) {1,40})?(?:(DIR) {1,40})?(?:([RHSA]{1,4}) {1,40})?(\d\d)-(\d\d)-(\d{2,4}) {1,10}(\d{1,2}:\d\d) {1,10}(?=\S)/;

/** IBM's server for OS/2. */
export const os2: FormatRow = {
  format: 'os2',
  backslashSeparates: true,
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  const head = LINE.exec(line);
  if (head === null) return 'refused';
  const [matched, digits = '', before, directory, after, month, day, year = '', time = ''] = head;
  const entry: EntryDraft = {
    name: line.slice(matched.length),
    type: directory === undefined ? 'file' : 'directory',
    format: 'os2',
    raw: line,
  };
  const attributes = before ?? after;
  if (attributes !== undefined) entry.facts = new Map([['attributes', attributes]]);
  const size = parseCount(digits);
  if (size !== undefined && directory === undefined) entry.size = size;
  const modified = serverTime(context, fullYear(year), Number(month), Number(day), parseClock(time));
  if (modified !== undefined) entry.modified = modified;
  return entry;
}
