import type { EntryDraft, ListedTime } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { fullYear, parseClock, serverTime } from './listed-time.js';

const HEADER = /^ ?Name\s+(?:VV\.MM\s+Created|Size\s+(?:TTR|Created))\b[-\w\s.]*$/i;
const NAME = /^[A-Z$#@{][A-Z0-9$#@{]{0,7}$/;
const STATISTICS =
  /^ *([A-Z$#@{][A-Z0-9$#@{]{0,7}) +(\d\d\.\d\d) +(\d{2}(?:\d\d)?)\/(\d\d)\/(\d\d) +(\d{2}(?:\d\d)?)\/(\d\d)\/(\d\d) +(\d\d:\d\d(?::\d\d)?) +(\d+) +(\d+) +(\d+)(?: +(\S+))? *$/;
const LOAD_MODULE = /^ *([A-Z$#@{][A-Z0-9$#@{]{0,7}) +([0-9A-F]{6,8}) +([0-9A-F]{6})(?= |$)(.*)$/;

/** Members of a partitioned data set of z/OS. Sizes are lines, or octets of a load module as it was built, so they are facts. */
export const pds: FormatRow = {
  format: 'pds',
  createReader: (context) => new PdsReader(context),
};

class PdsReader implements LineReader {
  readonly #context: ListingContext;
  #isInMembers: boolean;

  constructor(context: ListingContext) {
    this.#context = context;
    this.#isInMembers = context.isChosen;
  }

  read(line: string): Reading {
    if (HEADER.test(line)) {
      this.#isInMembers = true;
      return 'header';
    }
    const statistics = STATISTICS.exec(line);
    if (statistics !== null) return readStatistics(line, statistics, this.#context);
    const loadModule = LOAD_MODULE.exec(line);
    if (loadModule !== null) return readLoadModule(line, loadModule);
    // A member without statistics is a word alone, which only the header tells from any other word.
    const name = line.trim();
    if (!this.#isInMembers || !NAME.test(name)) return 'refused';
    return { name, type: 'file', format: 'pds', raw: line };
  }
}

function readStatistics(line: string, columns: RegExpExecArray, context: ListingContext): Reading {
  const [, name = '', version = '', , , , , , , time = '', size = '', initial = '', changed = '', id] = columns;
  const facts = new Map([
    ['vv.mm', version],
    ['size', size],
    ['init', initial],
    ['mod', changed],
  ]);
  if (id !== undefined) facts.set('id', id);
  const entry: EntryDraft = { name, type: 'file', facts, format: 'pds', raw: line };
  const created = day(columns, 3, context);
  if (created !== undefined) entry.created = created;
  const modified = day(columns, 6, context, time);
  if (modified !== undefined) entry.modified = modified;
  return entry;
}

/** Year, month and day from a column on. */
function day(columns: RegExpExecArray, at: number, context: ListingContext, time?: string): ListedTime | undefined {
  const [year = '', month, number] = columns.slice(at, at + 3);
  const clock = time === undefined ? undefined : parseClock(time);
  return serverTime(context, fullYear(year), Number(month), Number(number), clock);
}

function readLoadModule(line: string, columns: RegExpExecArray): Reading {
  const [, name = '', size = '', ttr = '', rest = ''] = columns;
  const facts = new Map([
    ['size', size],
    ['ttr', ttr],
  ]);
  const attributes = rest.trim().replaceAll(/ +/g, ' ');
  if (attributes !== '') facts.set('attributes', attributes);
  return { name, type: 'file', facts, format: 'pds', raw: line };
}
