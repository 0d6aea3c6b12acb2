import { SyntaxFault, parseTime, reply, resolvePath } from '../../../protocol/index.js';
import { ableStorage } from '../../able-storage.js';
import { parsed } from '../../arguments.js';
import type { TimedPath } from '../../timed-path.js';
import type { Verb } from '../../verb.js';

/** Access, modification and change; only the second can be set. */
const THREE_TIMES = /^(.+) (\d{12,14}) (\d{12,14}) (\d{12,14}) UTC$/is;
const ONE_TIME = /^(\d{12,14}) (.+)$/s;

/** `202001312359[59] name`, or `name` and three such times and `UTC`. Throws SyntaxFault. */
export function parseUtime(text: string): TimedPath {
  const [, longName, accessed, modified, changed] = THREE_TIMES.exec(text) ?? [];
  if (longName !== undefined && accessed !== undefined && modified !== undefined && changed !== undefined) {
    parseMinutes(accessed);
    parseMinutes(changed);
    return { time: parseMinutes(modified), name: longName };
  }
  const [, time, name] = ONE_TIME.exec(text) ?? [];
  if (time === undefined || name === undefined)
    throw new SyntaxFault('utime', 'needs a time YYYYMMDDhhmm[ss] and a path');
  return { time: parseMinutes(time), name };
}

/** A time whose seconds may be left out. */
function parseMinutes(text: string): Date {
  return parseTime(text.length === 12 ? `${text}00` : text);
}

export const utime: Verb<TimedPath> = {
  verb: 'SITE UTIME',
  rfc: 'no RFC: as in Pure-FTPd and ProFTPD',
  argument: parsed('<YYYYMMDDhhmm[ss]> <path>', parseUtime),
  needs: ['login', 'setAttributes', 'setTimes'],
  help: 'set when a file was last modified, in UTC; MFMT is the newer way',
  async run(session, { time, name }) {
    await ableStorage(session, 'setTimes').setTimes(resolvePath(session.directory, name), { modified: time });
    return reply(200, `The time of ${name} is set`);
  },
};
