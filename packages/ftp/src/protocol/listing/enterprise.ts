import { Fields, isDigits, parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { findDate } from './unix-date.js';

/** Status flags of a batch, ended by the protocol that brought it. */
const FLAGS = /^(-[-A-Z]{9})([A-Z]{3}) (?=[A-Z] )/;
/** `B QUA1I1 18128 41`: kind of data, mailbox, number of the batch, octets. */
const SIZE = 3;
const MOST_WORDS = 8;

/** Mailboxes of Sterling Connect:Enterprise: `-C--E-----FTP B QUA1I1      18128       41 Aug 12 13:56 QUADTEST`. */
export const enterprise: FormatRow = {
  format: 'enterprise',
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  const flags = FLAGS.exec(line);
  if (flags === null) return 'refused';
  const fields = new Fields(line, flags[0].length, MOST_WORDS);
  const date = findDate(fields, SIZE + 1, context);
  if (date === undefined || !isDigits(fields.text(2)) || !isDigits(fields.text(SIZE))) return 'refused';
  const entry: EntryDraft = {
    name: fields.after(date.last),
    type: 'file',
    owner: fields.text(1),
    facts: new Map([
      ['flags', flags[1] ?? ''],
      ['protocol', flags[2] ?? ''],
      ['kind', fields.text(0)],
      ['batch', fields.text(2)],
    ]),
    format: 'enterprise',
    raw: line,
  };
  const size = parseCount(fields.text(SIZE));
  if (size !== undefined) entry.size = size;
  if (date.time !== undefined) entry.modified = date.time;
  return entry;
}
