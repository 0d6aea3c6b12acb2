import type { Entry } from './entry.js';
import { remembered } from './remembered.js';
import { SyntaxFault } from './syntax-fault.js';
import { encodeText } from './text.js';
import { isListable } from './unix-listing.js';

/** The facts that MLST and MLSD can show, in the order they are written (RFC 3659 §7.5). */
export const FACTS: readonly string[] = [
  'type',
  'size',
  'modify',
  'create',
  'perm',
  'unique',
  'UNIX.mode',
  'UNIX.owner',
  'UNIX.group',
];

/** An entry, or the listed directory itself (`cdir`) or its parent (`pdir`) (RFC 3659 §7.5.1). */
export type FactsEntry = Entry & { readonly role?: 'cdir' | 'pdir' };

/** What the fact `perm` tells of. */
export type FactPermission =
  | 'list'
  | 'read'
  | 'write'
  | 'append'
  | 'overwrite'
  | 'delete'
  | 'rename'
  | 'makeDirectory'
  | 'removeDirectory';

/** `type=file;size=7; name` (RFC 3659 §7.2). The caller leaves out names that are not {@link isListable}. */
export function formatFactsLine(entry: FactsEntry, name: string, selected: ReadonlySet<string>, perm: string): string {
  return `${formatFacts(entry, selected, perm)} ${name}`;
}

/** The facts of `selected` (spelt as in {@link FACTS}), each with its `;`. Facts that are not known or do not apply are left out. */
export function formatFacts(entry: FactsEntry, selected: ReadonlySet<string>, perm: string): string {
  return factsFormat(selected)(entry, perm);
}

/** {@link formatFacts} for many entries. */
export function factsFormat(selected: ReadonlySet<string>): (entry: FactsEntry, perm: string) => string {
  const [type, size, modify, create, hasPerm, unique] = FACTS.map((fact) => selected.has(fact));
  const ownership = ownershipFormat(selected);
  return (entry, perm) => {
    let facts = '';
    if (type) facts += TYPES[entry.role ?? entry.type];
    if (size && entry.type === 'file') facts += `size=${entry.size};`;
    if (modify) facts += formatTimeFact('modify=', entry.modified);
    if (create && entry.created !== undefined) facts += formatTimeFact('create=', entry.created);
    if (hasPerm) facts += `perm=${perm};`;
    if (unique) facts += `unique=${escapeValue(entry.unique)};`;
    return facts + ownership(entry);
  };
}

/** The facts that begin with `UNIX.`. Few of a directory's entries differ from their neighbours in them. */
function ownershipFormat(selected: ReadonlySet<string>): (entry: Entry) => string {
  const [showsMode, showsOwner, showsGroup] = ['UNIX.mode', 'UNIX.owner', 'UNIX.group'].map((f) => selected.has(f));
  let last = { mode: Number.NaN, owner: '', group: '', text: '' };
  return ({ mode, owner, group }) => {
    if (mode === last.mode && owner === last.owner && group === last.group) return last.text;
    const text = [
      showsMode ? `UNIX.mode=${formatOctal(mode)};` : '',
      showsOwner ? `UNIX.owner=${escapeValue(owner)};` : '',
      showsGroup ? `UNIX.group=${escapeValue(group)};` : '',
    ].join('');
    last = { mode, owner, group, text };
    return text;
  };
}

const TYPES = {
  cdir: 'type=cdir;',
  pdir: 'type=pdir;',
  file: 'type=file;',
  directory: 'type=dir;',
  link: 'type=OS.unix=symlink;',
  other: 'type=OS.unix=other;',
} as const;

/** RFC 3659 §7.5.5. Links that lead nowhere and special files can be renamed and removed only; the root can be neither. */
export function permFact(
  { name, type }: Pick<Entry, 'name' | 'type'>,
  permissions: { has(permission: FactPermission): boolean },
): string {
  const letter = (perm: string, permission: FactPermission): string => (permissions.has(permission) ? perm : '');
  if (type === 'file')
    return (
      letter('a', 'append') +
      letter('d', 'delete') +
      letter('f', 'rename') +
      letter('r', 'read') +
      letter('w', 'overwrite')
    );
  if (type !== 'directory') return letter('d', 'delete') + letter('f', 'rename');
  const isRoot = name === '/';
  return (
    letter('c', 'write') +
    (isRoot ? '' : letter('d', 'removeDirectory')) +
    letter('e', 'list') +
    (isRoot ? '' : letter('f', 'rename')) +
    letter('l', 'list') +
    letter('m', 'makeDirectory') +
    (letter('p', 'delete') || letter('p', 'removeDirectory'))
  );
}

/** Reads `type=file;size=7; name`; the keys are in lower case. Throws SyntaxFault('facts') on a line that is not of RFC 3659 §7.2. */
export function parseFactsLine(text: string): { facts: Map<string, string>; name: string } {
  const space = text.indexOf(' ');
  const name = text.slice(space + 1);
  if (space === -1 || !isListable(name)) throw new SyntaxFault('facts', 'A space and a name end a line of facts');
  const facts = new Map<string, string>();
  // Some servers leave out the last semicolon.
  const end = text[space - 1] === ';' ? space - 1 : space;
  if (end === 0 && space === 0) return { facts, name };
  for (const fact of text.slice(0, end).split(';')) {
    const equals = fact.indexOf('=');
    if (equals < 1) throw new SyntaxFault('facts', 'A fact is a name, an equals sign and a value');
    facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  return { facts, name };
}

/** The facts of `OPTS MLST type;size;` that are known (RFC 3659 §7.9), spelt and ordered as in `known`; others are dropped. */
export function parseFactSelection(text: string, known: readonly string[]): string[] {
  const wanted = new Set(text.split(';').map((fact) => fact.trim().toLowerCase()));
  return known.filter((fact) => wanted.has(fact.toLowerCase()));
}

/** The characters a value may have (RFC 3659 §2.1, SCHAR), but for `%`, which {@link escapeValue} uses. */
const PLAIN_VALUE = /^[A-Za-z0-9,.:!@#$^&()\-_+?/\\'"=]*$/u;

/** `%XX` for each octet that a value may not have, so that different values stay different. */
function escapeValue(text: string): string {
  if (PLAIN_VALUE.test(text)) return text;
  let value = '';
  for (const octet of encodeText(text)) {
    const character = String.fromCharCode(octet);
    value += PLAIN_VALUE.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return value;
}

function formatOctal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

const DAY_MS = 86_400_000;
const YEAR_1_MS = -62_135_596_800_000;
const YEAR_10000_MS = 253_402_300_800_000;

/** `YYYYMMDDHHMMSS;` in UTC (RFC 3659 §2.3) behind `name`, cut to the second, or nothing for a time that has no such form. */
function formatTimeFact(name: string, date: Date): string {
  const time = date.getTime();
  if (!(time >= YEAR_1_MS && time < YEAR_10000_MS)) return '';
  const day = Math.floor(time / DAY_MS);
  const seconds = Math.floor((time - day * DAY_MS) / 1000);
  return name + dayOf(day) + clockOf(seconds);
}

/** By days since 1970: neighbours in a directory often share one, and asking a Date is dear. */
const dayOf = remembered(256, (day) => {
  const date = new Date(day * DAY_MS);
  return String((date.getUTCFullYear() * 100 + date.getUTCMonth() + 1) * 100 + date.getUTCDate()).padStart(8, '0');
});
/** By seconds since midnight. */
const clockOf = remembered(1024, (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return `${String((Math.floor(minutes / 60) * 100 + (minutes % 60)) * 100 + (seconds % 60)).padStart(6, '0')};`;
});
