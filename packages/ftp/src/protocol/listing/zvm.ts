import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, LineReader, ListingContext, Reading } from './listing-format.js';
import { parseClock } from './listed-time.js';
import { ShortDateReader } from './short-date.js';

/** Name, type, perhaps a file mode, record format, record length, records, blocks, day, time, and the disk or `-`. */
const FILE =
  /^(\S{1,8}) +(\S{1,8}) +(?:([A-Z]\d) +)?([FV]) +(\d+) +(\d+) +(\d+) +([\d/-]{6,10}) +(\d\d?:\d\d:\d\d)(?: +(\S+))? *$/;
const DIRECTORY = /^(\S{1,16}) +DIR +- +- +- +(?:- +)?([\d/-]{6,10}) +(\d\d?:\d\d:\d\d)(?: +(\S+))? *$/;
const HEADER = /^Filename +FileType +Fm +Format +Lrecl +Records +Blocks +Date +Time *$/i;
/** `5/3/97`: the months and days of the older servers have no zero in front. */
const ONE_DIGIT = /(?<!\d)\d(?=\/)/g;

/** z/VM (CMS) minidisks and directories of the Shared File System. The server takes names as `fn.ft`. */
export const zvm: FormatRow = {
  format: 'zvm',
  createReader: (context) => new ZvmReader(context),
};

class ZvmReader implements LineReader {
  readonly #dates: ShortDateReader;

  constructor(context: ListingContext) {
    this.#dates = new ShortDateReader(context);
  }

  read(line: string): Reading {
    if (HEADER.test(line)) return 'header';
    const directory = DIRECTORY.exec(line);
    if (directory !== null) {
      const [, name = '', day = '', time = ''] = directory;
      return this.#timed({ name, type: 'directory', format: 'zvm', raw: line }, day, time);
    }
    const file = FILE.exec(line);
    if (file === null) return 'refused';
    const [
      ,
      name = '',
      type = '',
      fileMode,
      format = '',
      length = '',
      records = '',
      blocks = '',
      day = '',
      time = '',
      disk,
    ] = file;
    const facts = new Map([
      ['recfm', format],
      ['lrecl', length],
      ['records', records],
      ['blocks', blocks],
    ]);
    if (fileMode !== undefined) facts.set('filemode', fileMode);
    if (disk !== undefined && disk !== '-') facts.set('disk', disk);
    return this.#timed({ name: `${name}.${type}`, type: 'file', facts, format: 'zvm', raw: line }, day, time);
  }

  /** A column that should be a date and is none means that the line is of another system. */
  #timed(entry: EntryDraft, day: string, time: string): Reading {
    const modified = this.#dates.read(day.replaceAll(ONE_DIGIT, '0$&'), parseClock(time));
    return modified === undefined ? 'refused' : { ...entry, modified };
  }
}
