import type { EntryType } from '../entry.js';
import { isDigits, parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, Reading } from './listing-format.js';

/** The last second that a Date can hold. */
const LAST_SECOND = 8.64e12;

/** Easily Parsed LIST Format (D. J. Bernstein): `+i8388621.48594,m825718503,r,s280,`, a tab and the name. */
export const eplf: FormatRow = {
  format: 'eplf',
  createReader: () => ({ read: readLine }),
};

function readLine(line: string): Reading {
  const tab = line.indexOf('\t');
  if (!line.startsWith('+') || tab === -1) return 'refused';
  const name = line.slice(tab + 1);
  const facts = line.slice(1, tab).split(',');
  const entry: EntryDraft = { name, type: typeOf(facts), format: 'eplf', raw: line };
  for (const fact of facts) addFact(entry, fact);
  return entry;
}

function typeOf(facts: readonly string[]): EntryType {
  if (facts.includes('/')) return 'directory';
  return facts.includes('r') ? 'file' : 'other';
}

function addFact(entry: EntryDraft, fact: string): void {
  const value = fact.slice(1);
  if (fact.startsWith('i')) entry.unique = value;
  else if (fact.startsWith('s')) {
    const size = parseCount(value);
    if (size !== undefined) entry.size = size;
  } else if (fact.startsWith('m') && isDigits(value) && Number(value) <= LAST_SECOND) {
    entry.modified = { at: new Date(Number(value) * 1000), precision: 'second', zone: 'utc' };
  } else if (/^up[0-7]{1,5}$/.test(fact)) entry.mode = Number.parseInt(fact.slice(2), 8) & 0o7777;
}
