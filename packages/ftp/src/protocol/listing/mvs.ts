import type { EntryType } from '../entry.js';
import { typesByOrganization, typesByRemark } from './data-set-table.js';
import type { ListedEntry } from './listed-entry.js';
import type { FormatRow, Reading } from './listing-format.js';

const HEADER = /^Volume\s+Unit\s+(?:Referred|Date)\s+Ext\s*Used\s+Recfm\s+Lrecl\s+BlkSz\s+Dsorg\s+Dsname\s*$/i;
const NAME = /^'?[A-Z$#@][A-Z0-9$#@{-]{0,7}(?:\.[A-Z$#@][A-Z0-9$#@{-]{0,7}){0,21}'?$/;
const REFERRED = /^(?:\d{4}\/\d\d\/\d\d|\d\d\/\d\d\/\d\d|\*\*NONE\*\*|\?+)$/;
const NUMBER = /^(?:\d{1,10}|\?+|\++)$/;
const VOLUME = /^[A-Z0-9$#@*?+-]{1,7}$/;
const LONGEST_LINE = 512;

/**
 * Data sets of z/OS and MVS: `WYOSPT 3390   2003/05/21  1   200  FB      80  8053  PS  NAME`. The day is that of the last
 * reference, not of a change, so it is a fact and no more.
 */
export const mvs: FormatRow = {
  format: 'mvs',
  createReader: () => ({ read: readLine }),
};

function readLine(line: string): Reading {
  if (line.length > LONGEST_LINE) return 'refused';
  if (HEADER.test(line)) return 'header';
  const words = line.trim().split(/[ \t]+/);
  const name = words.pop() ?? '';
  if (words.length === 0 || !NAME.test(name.toUpperCase())) return 'refused';
  // A few words are an entry only with a name as the system spells it.
  const remark = NAME.test(name) ? readRemark(line, name, words) : undefined;
  return remark ?? readColumns(line, name, words) ?? 'refused';
}

/** `Migrated`, `ARCIVE Not Direct Access Device`, `V43525 Tape`: perhaps a volume and a unit, and a remark. */
function readRemark(line: string, name: string, words: readonly string[]): ListedEntry | undefined {
  for (let at = 0; at < Math.min(words.length, 3); at += 1) {
    const remark = words.slice(at).join(' ').toLowerCase();
    const type = typesByRemark.get(remark);
    if (type === undefined) continue;
    if (!words.slice(0, at).every((word) => VOLUME.test(word))) return undefined;
    const facts = new Map([['status', remark]]);
    if (at > 0) facts.set('volume', words[0] ?? '');
    if (at > 1) facts.set('unit', words[1] ?? '');
    return createEntry(line, name, type, facts);
  }
  return undefined;
}

const COLUMNS = ['volume', 'unit', 'referred', 'ext', 'used', 'recfm', 'lrecl', 'blksz', 'dsorg'] as const;
const NUMBERS = ['ext', 'used', 'lrecl', 'blksz'] as const;

/** All nine columns; eight when a large number has closed the gap between `Ext` and `Used`. */
function readColumns(line: string, name: string, words: readonly string[]): ListedEntry | undefined {
  const keys = words.length === COLUMNS.length - 1 ? COLUMNS.filter((key) => key !== 'ext') : COLUMNS;
  if (words.length !== keys.length) return undefined;
  const facts = new Map<string, string>(keys.map((key, index) => [key, words[index] ?? '']));
  const type = typesByOrganization.get(facts.get('dsorg') ?? '');
  if (type === undefined || !REFERRED.test(facts.get('referred') ?? '')) return undefined;
  if (!VOLUME.test(facts.get('volume') ?? '')) return undefined;
  if (!NUMBERS.every((key) => NUMBER.test(facts.get(key) ?? '0'))) return undefined;
  return createEntry(line, name, type, facts);
}

function createEntry(line: string, name: string, type: EntryType, facts: ReadonlyMap<string, string>): ListedEntry {
  return { name, type, facts, format: 'mvs', raw: line };
}
