import type { EntryDraft, ListedTime } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { parseClock, serverTime } from './listed-time.js';
import { parseMonth } from './month.js';
import { splitVmsColumns } from './vms-columns.js';

const HEADER = /^Directory \S{0,255}\[\S{0,255}\]\s*$/i;
const TOTAL = /^(?:Grand )?Total (?:of )?\d+ (?:files?|director)|^%DIRECT-W-NOFILES/i;
/** What stands in place of the columns when the server may not look at a file. */
const REFUSAL = /^(?:%[A-Z]{2,9}-[EFWS]-|no privilege|insufficient privilege)/i;
/** OpenVMS: UCX, MultiNet, TCPware, CMU. Versions of a file follow one another, the latest first. */
export const vms: FormatRow = {
  format: 'vms',
  createReader: (context) => new VmsReader(context),
};

class VmsReader implements LineReader {
  readonly #context: ListingContext;
  #pending: string | undefined;
  #isAfterEntry = false;
  #lastName = '';

  constructor(context: ListingContext) {
    this.#context = context;
  }

  read(line: string): Reading {
    if (this.#pending !== undefined) return this.#readContinuation(this.#pending, line);
    if (this.#isAfterEntry && isOverflow(line)) return 'skip';
    if (HEADER.test(line)) return 'header';
    if (TOTAL.test(line)) return 'skip';
    return this.#readEntry(line, line);
  }

  abandon(): readonly string[] {
    const lines = this.#pending === undefined ? [] : [this.#pending];
    this.#pending = undefined;
    return lines;
  }

  #readContinuation(first: string, second: string): Reading {
    // Not every server indents it, but then it has a date.
    if (!/^\s/.test(second) && splitVmsColumns(second)?.has('day') !== true) return 'refused';
    const reading = this.#readEntry(`${first} ${second}`, `${first}\n${second}`);
    if (reading === 'refused' || reading === 'pending') return 'refused';
    this.#pending = undefined;
    return reading;
  }

  #readEntry(line: string, raw: string): Reading {
    const file = splitName(line);
    if (file === undefined) return 'refused';
    if (file.rest === '') {
      if (file.version === undefined) return 'refused';
      this.#pending = raw;
      return 'pending';
    }
    const entry = createEntry(file, raw, this.#context);
    if (entry === undefined) return 'refused';
    this.#isAfterEntry = true;
    // Without a version the server takes the latest; an older one has to be named.
    if (entry.name === this.#lastName && entry.type === 'file' && file.version !== undefined)
      entry.name += `;${file.version}`;
    else this.#lastName = entry.name;
    return entry;
  }
}

interface VersionedName {
  readonly name: string;
  readonly version: string | undefined;
  readonly rest: string;
}

/** `NAME.TYPE;3` and what follows. In names of ODS-5 a `^` makes the next character ordinary, `;` too. */
function splitName(line: string): VersionedName | undefined {
  let at = 0;
  while (at < line.length && !' \t;'.includes(line.charAt(at))) at += line.charAt(at) === '^' ? 2 : 1;
  const name = line.slice(0, at);
  const version = /^;(-?\d{1,5})(?=\s|$)/.exec(line.slice(at, at + 8))?.[1];
  if (name === '' || (version === undefined && line.charAt(at) === ';')) return undefined;
  const rest = line.slice(at + (version === undefined ? 0 : version.length + 1)).trim();
  return { name, version, rest };
}

function createEntry(file: VersionedName, raw: string, context: ListingContext): EntryDraft | undefined {
  const isDirectory = /\.dir$/i.test(file.name);
  const name = isDirectory ? file.name.slice(0, -4) : file.name;
  if (name === '') return undefined;
  const facts = new Map<string, string>();
  const entry: EntryDraft = {
    name,
    type: isDirectory ? 'directory' : 'file',
    facts,
    format: 'vms',
    raw,
  };
  if (file.version !== undefined) facts.set('version', file.version);
  if (file.version !== undefined && REFUSAL.test(file.rest)) {
    facts.set('error', file.rest);
    return entry;
  }
  const columns = splitVmsColumns(file.rest);
  if (columns === undefined || !isEnough(columns, file.version)) return undefined;
  const { size, owner, protection } = {
    size: columns.get('size'),
    owner: columns.get('owner'),
    protection: columns.get('protection'),
  };
  if (size !== undefined) addSize(facts, size);
  if (protection !== undefined) facts.set('protection', protection.slice(1, -1));
  if (owner !== undefined) addOwner(entry, owner.replaceAll(/[[\]]/g, ''));
  const modified = parseDate(columns.get('day') ?? '', columns.get('time') ?? '', context);
  if (modified !== undefined) entry.modified = modified;
  return entry;
}

type Columns = NonNullable<ReturnType<typeof splitVmsColumns>>;

/** The version says that it is a file of VMS; without it the columns have to, with the day, the hour, and the owner or the protection. */
function isEnough(columns: Columns, version: string | undefined): boolean {
  if (version !== undefined) return columns.has('size') || columns.has('day');
  return columns.has('day') && columns.has('time') && (columns.has('owner') || columns.has('protection'));
}

/** What did not fit into the line before: its owner, its protection, or both. */
function isOverflow(line: string): boolean {
  if (!/^\s/.test(line)) return false;
  const columns = splitVmsColumns(line);
  return columns !== undefined && !columns.has('size') && !columns.has('day') && !columns.has('time');
}

function parseDate(text: string, time: string, context: ListingContext): ListedTime | undefined {
  const [day, month = '', year] = text.split('-', 3);
  return serverTime(context, Number(year), parseMonth(month) ?? 0, Number(day), parseClock(time));
}

/** Blocks of 512 octets: used, and allocated. */
function addSize(facts: Map<string, string>, text: string): void {
  const [used = '', allocated] = text.split('/', 2);
  facts.set('blocks', used);
  if (allocated !== undefined) facts.set('allocated', allocated);
}

/** `GROUP,OWNER` or the owner alone. */
function addOwner(entry: EntryDraft, text: string): void {
  const comma = text.lastIndexOf(',');
  const owner = text.slice(comma + 1).trim();
  const group = text.slice(0, Math.max(comma, 0)).trim();
  if (owner !== '') entry.owner = owner;
  if (group !== '') entry.group = group;
}
