import { parseCount } from './fields.js';
import type { EntryDraft } from './listed-entry.js';
import type { FormatRow, LineReader, Reading } from './listing-format.js';

const HEADER = /^JOBNAME\s+JOBID\s+OWNER\s+STATUS\s+CLASS\s*$/i;
const FILES_HEADER = /^\s+ID\s+STEPNAME\s+PROCSTEP\s+C\s+DDNAME\s+(?:BYTE|REC)-COUNT\s*$/i;
/** What else there is about one job: a rule, a total, and of a running one its step and times. */
const AROUND = /^\s*(?:-{8}|\d+ spool files|STEPNAME\s|CPUTIME\s)/i;
/** Level 1: job, id, status and the number of files; level 2 puts the owner before the status, and class and outcome behind it. */
const JOB =
  /^([A-Za-z0-9$#@]{1,8}) +((?:JOB|TSU|STC|J|T|S)\d{5,7}) +(?:([A-Za-z0-9$#@?]{1,8}) +)?(INPUT|ACTIVE|OUTPUT)(?: +(\S.*))?$/;
const SPOOL_FILE = /^ +(\d{1,7}) +(\S.*)$/;

/** Jobs on the spool of z/OS (`SITE FILETYPE=JES`), and the files of one: those are named `JOB00083.1` for RETR. */
export const jes: FormatRow = {
  format: 'jes',
  createReader: () => new JesReader(),
};

class JesReader implements LineReader {
  #job = '';
  #isInFiles = false;

  read(line: string): Reading {
    if (HEADER.test(line)) {
      this.#isInFiles = false;
      return 'header';
    }
    if (FILES_HEADER.test(line) && this.#job !== '') {
      this.#isInFiles = true;
      return 'skip';
    }
    const job = JOB.exec(line);
    if (job !== null) return this.#readJob(line, job);
    if (this.#isInFiles) {
      const file = SPOOL_FILE.exec(line);
      if (file !== null) return readSpoolFile(line, this.#job, file);
    }
    return this.#job !== '' && AROUND.test(line) ? 'skip' : 'refused';
  }

  #readJob(line: string, [, jobName = '', id = '', owner, status = '', rest]: RegExpExecArray): Reading {
    this.#job = id;
    const facts = new Map([
      ['jobname', jobName],
      ['status', status],
    ]);
    const files = rest === undefined ? undefined : /(\d{1,6}) spool files?$/i.exec(rest.slice(-32));
    if (files?.[1] !== undefined) facts.set('spool files', files[1]);
    const outcome = (rest ?? '').replace(/\d{1,6} spool files? *$/i, '').trim();
    if (outcome !== '') facts.set('class', outcome);
    const entry: EntryDraft = { name: id, type: 'file', facts, format: 'jes', raw: line };
    if (owner !== undefined) entry.owner = owner;
    return entry;
  }
}

/** `001 JES2              A JESMSGLG       820`: the procedure's step may be missing, or the job's. */
function readSpoolFile(line: string, job: string, [, id = '', rest = '']: RegExpExecArray): Reading {
  const words = rest.trim().split(/ +/);
  const count = words.pop() ?? '';
  const ddName = words.pop();
  const size = parseCount(count);
  if (words.length === 0 || words.length > 4 || size === undefined || ddName === undefined) return 'refused';
  const facts = new Map([
    ['stepname', words[0] ?? ''],
    ['ddname', ddName],
  ]);
  return { name: `${job}.${Number(id)}`, type: 'file', size, facts, format: 'jes', raw: line };
}
