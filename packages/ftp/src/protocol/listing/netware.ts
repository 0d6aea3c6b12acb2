import { Fields, isDigits, parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, ListingContext, Reading } from './listing-format.js';
import { findDate } from './unix-date.js';

/** The rights that a user has: `[RWCEAFMS]`, any of them a dash or a space. */
const RIGHTS = /^([-d]) ?\[([-RWCEAFMS ]{6,8})\](?= )/;
const MOST_WORDS = 12;

/** Novell NetWare: `d [RWCEAFMS] supervisor  512 Jan 16 18:53 login`. */
export const netware: FormatRow = {
  format: 'netware',
  backslashSeparates: true,
  createReader: (context) => ({ read: (line) => readLine(line, context) }),
};

function readLine(line: string, context: ListingContext): Reading {
  const head = RIGHTS.exec(line);
  if (head === null) return 'refused';
  const fields = new Fields(line, head[0].length, MOST_WORDS);
  for (let at = 0; at < fields.count; at += 1) {
    if (!isDigits(fields.text(at))) continue;
    const date = findDate(fields, at + 1, context);
    if (date === undefined) continue;
    const entry: EntryDraft = {
      // The name is a column as the others are.
      name: line.slice(fields.start(date.last + 1)),
      type: head[1] === 'd' ? 'directory' : 'file',
      facts: new Map([['rights', head[2] ?? '']]),
      format: 'netware',
      raw: line,
    };
    const size = parseCount(fields.text(at));
    if (size !== undefined) entry.size = size;
    if (date.time !== undefined) entry.modified = date.time;
    addOwner(entry, fields, at);
    return entry;
  }
  return 'refused';
}

/** The owner, which Hellsoft's server puts after a number of links. */
function addOwner(entry: EntryDraft, fields: Fields, end: number): void {
  const hasLinks = end > 1 && isDigits(fields.text(0));
  if (hasLinks) entry.links = Number(fields.text(0));
  const first = hasLinks ? 1 : 0;
  if (end > first) entry.owner = fields.line.slice(fields.start(first), fields.end(end - 1));
}
