import type { EntryType } from '../entry.js';
import { SyntaxFault } from '../syntax-fault.js';
import { decodeText, encodeText } from '../text.js';
import { parseTime } from '../time.js';
import { isDigits, parseCount } from './fields.js';
import { type EntryDraft, type ListedEntry, type ListedTime, isComponent } from './listed-entry.js';
import type { FormatRow, Reading } from './listing-format.js';

/** Facts of RFC 3659 §7.5 and of the servers in use; a line without any of them is not taken for MLSD. */
const KNOWN_FACTS: ReadonlySet<string> = new Set(
  'type size sizd modify create perm unique lang media-type charset unix.mode unix.owner unix.group unix.uid unix.gid'.split(
    ' ',
  ),
);
/** Pathnames follow these types as any other, but they are the listed directory and its parent. */
const SURROUNDINGS: ReadonlySet<string> = new Set(['cdir', 'pdir']);
const LINK_TARGET = 'os.unix=slink:';
/** Letters of `perm` that only directories have (RFC 3659 §7.5.5). */
const DIRECTORY_LETTERS = /[celmp]/i;

/** MLSD (RFC 3659 §7.2): facts, a space and the name. */
export const mlsd: FormatRow = {
  format: 'mlsd',
  createReader: ({ isChosen }) => ({ read: (line) => readLine(line, isChosen) }),
};

function readLine(line: string, isChosen: boolean): Reading {
  const parts = splitKnownFacts(line) ?? (isChosen ? splitFacts(line) : undefined);
  if (parts === undefined) return 'refused';
  const { facts, name } = parts;
  if (SURROUNDINGS.has((facts.get('type') ?? '').toLowerCase())) return 'skip';
  return createEntry(line, name, facts);
}

/**
 * The line of an MLST reply (RFC 3659 §7.3), with or without the space that begins it. The name is the last component of its path:
 * `/` for the root. The directory itself and its parent are directories here. Throws SyntaxFault('facts') on anything else.
 */
export function parseMlstFacts(line: string): ListedEntry {
  // Without any facts a space and the path are left, and the space that begins the line may have been taken off.
  const parts = splitFacts(line.startsWith(' ') && !line.startsWith(' /') ? line.slice(1) : line);
  if (parts === undefined) throw new SyntaxFault('facts', 'A line of facts is facts, a space and a path');
  const path = /^\/+$/.test(parts.name) ? '/' : withoutSlashes(parts.name);
  const name = path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
  if (name !== '/' && !isComponent(name)) throw new SyntaxFault('facts', 'The path of a line of facts ends in a name');
  return createEntry(line, name, parts.facts);
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path.charCodeAt(end - 1) === 0x2f) end -= 1;
  return path.slice(0, end);
}

interface Parts {
  readonly facts: ReadonlyMap<string, string>;
  readonly name: string;
}

/** `type=file;size=7; name`. Some servers leave out the last semicolon. Keys come out in lower case. */
function splitFacts(line: string): Parts | undefined {
  const space = endOfFacts(line);
  const name = line.slice(space + 1);
  if (space === -1 || name === '') return undefined;
  const facts = new Map<string, string>();
  let at = 0;
  while (at < space) {
    const semicolon = line.indexOf(';', at);
    const end = semicolon === -1 || semicolon > space ? space : semicolon;
    const equals = line.indexOf('=', at);
    if (equals <= at || equals >= end) return undefined;
    facts.set(line.slice(at, equals).toLowerCase(), line.slice(equals + 1, end));
    at = end + 1;
  }
  return { facts, name };
}

/** The first space, unless it is in the target of a link, which some servers do not escape; others write a tab after the facts. */
function endOfFacts(line: string): number {
  const space = line.indexOf(' ');
  const tab = line.indexOf(';\t');
  if (tab !== -1 && (space === -1 || tab < space)) return tab + 1;
  if (space < 1 || line.charCodeAt(space - 1) === 0x3b) return space;
  const last = line.slice(line.lastIndexOf(';', space) + 1, space).toLowerCase();
  const end = last.startsWith(`type=${LINK_TARGET}`) ? line.indexOf('; ', space) : -1;
  return end === -1 ? space : end + 1;
}

/** Facts of which at least one is known. A space before them, as in the reply to MLST, does not make a name of them. */
function splitKnownFacts(line: string): Parts | undefined {
  const parts = splitFacts(line.startsWith(' ') ? line.slice(1) : line);
  for (const fact of parts?.facts.keys() ?? []) if (KNOWN_FACTS.has(fact)) return parts;
  return undefined;
}

function createEntry(line: string, name: string, facts: ReadonlyMap<string, string>): ListedEntry {
  const type = facts.get('type') ?? '';
  const entry: EntryDraft = { name, type: parseType(type.toLowerCase(), facts), facts, format: 'mlsd', raw: line };
  const size = parseCount(facts.get('size') ?? facts.get('sizd') ?? '');
  if (size !== undefined) entry.size = size;
  const modified = parseFactTime(facts.get('modify'));
  if (modified !== undefined) entry.modified = modified;
  const created = parseFactTime(facts.get('create'));
  if (created !== undefined) entry.created = created;
  const { perm, unique } = { perm: facts.get('perm'), unique: facts.get('unique') };
  if (perm !== undefined) entry.perm = perm;
  if (unique !== undefined) entry.unique = unique;
  addUnixFacts(entry, facts);
  if (entry.type === 'link' && type.length > LINK_TARGET.length && type.toLowerCase().startsWith(LINK_TARGET)) {
    entry.target = type.slice(LINK_TARGET.length);
  }
  return entry;
}

/** ProFTPD gives numbers in `UNIX.owner` and names in `UNIX.ownername`, others give one of them only. */
function addUnixFacts(entry: EntryDraft, facts: ReadonlyMap<string, string>): void {
  const mode = facts.get('unix.mode') ?? '';
  if (/^[0-7]{1,7}$/.test(mode)) entry.mode = Number.parseInt(mode, 8) & 0o7777;
  const owner = facts.get('unix.ownername') ?? facts.get('unix.owner') ?? facts.get('unix.uid');
  if (owner !== undefined) entry.owner = unescapeValue(owner);
  const group = facts.get('unix.groupname') ?? facts.get('unix.group') ?? facts.get('unix.gid');
  if (group !== undefined) entry.group = unescapeValue(group);
}

/** RFC 3659 §7.5.1, and what it leaves to systems: `OS.unix=slink:/target`, `OS.unix=symlink`, `OS.unix=chr-1/3`. */
function parseType(type: string, facts: ReadonlyMap<string, string>): EntryType {
  if (type === 'file') return 'file';
  if (type === 'dir' || SURROUNDINGS.has(type)) return 'directory';
  if (type === '') return facts.has('sizd') || DIRECTORY_LETTERS.test(facts.get('perm') ?? '') ? 'directory' : 'file';
  return /^(?:os\.[^=]*=)?(?:slink|symlink|link|junction)\b/.test(type) ? 'link' : 'other';
}

/** A time that is none is not said. */
function parseFactTime(text: string | undefined): ListedTime | undefined {
  if (text === undefined) return undefined;
  const isWhole = text.length === 14;
  if (!isWhole && text.charCodeAt(14) !== 0x2e) return undefined;
  if (!isDigits(isWhole ? text : text.slice(15))) return undefined;
  try {
    return { at: parseTime(text), precision: isWhole ? 'second' : 'millisecond', zone: 'utc' };
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}

const ESCAPED_OCTET = /(%[\dA-F]{2})/;

/** `%XX` for octets that a value may not have, as our own server writes them (see `formatFacts`). Anything else stays as it is. */
function unescapeValue(text: string): string {
  if (!text.includes('%')) return text;
  const octets: number[] = [];
  for (const part of text.split(ESCAPED_OCTET)) {
    if (ESCAPED_OCTET.test(part)) octets.push(Number.parseInt(part.slice(1), 16));
    else for (const octet of encodeText(part)) octets.push(octet);
  }
  return decodeText(Uint8Array.from(octets));
}
