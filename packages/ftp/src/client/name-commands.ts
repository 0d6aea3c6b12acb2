import { formatTime, isCompletion } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { CallOptions } from './contract.js';
import { FtpError } from './errors.js';
import { classifyReply, replyError } from './reply-error.js';
import type { ClientSession } from './session.js';

/** MKD; with `recursive` its parents too, and one that is there already is no error. */
export async function makeDirectory(
  connections: Connections,
  path: string,
  options: CallOptions & { readonly recursive?: boolean } = {},
): Promise<void> {
  const make = async (session: ClientSession): Promise<void> => {
    if (options.recursive) await makeAll(session, path);
    else await session.command('MKD', path);
  };
  await connections.use(make, { ...options, repeatable: options.recursive === true });
}

/** From the innermost that is there, outwards in. */
async function makeAll(session: ClientSession, path: string): Promise<void> {
  if (path === '/' || path === '' || (await isDirectory(session, path))) return;
  const reply = await session.exchange('MKD', path);
  if (isCompletion(reply.code)) return;
  const parent = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  if (parent !== path && path.includes('/')) {
    await makeAll(session, parent);
    const again = await session.exchange('MKD', path);
    if (isCompletion(again.code) || (await isDirectory(session, path))) return; // somebody else may have made it
    throw replyError('MKD', again, path);
  }
  throw replyError('MKD', reply, path);
}

export async function isDirectory(session: ClientSession, path: string): Promise<boolean> {
  if (session.directory === path) return true;
  const reply = await session.exchange('CWD', path);
  if (!isCompletion(reply.code)) return false;
  session.directory = path;
  return true;
}

/** RNFR and RNTO. Not repeated when the connection is lost in between: it may have been done. */
export async function rename(
  connections: Connections,
  from: string,
  to: string,
  options: CallOptions = {},
): Promise<void> {
  await connections.use(
    async (session) => {
      await session.command('RNFR', from);
      await session.command('RNTO', to);
      connections.forgetDirectory(from);
    },
    { ...options, repeatable: false },
  );
}

export async function setMode(
  connections: Connections,
  path: string,
  mode: number,
  options: CallOptions = {},
): Promise<void> {
  const digits = (mode & 0o7777).toString(8).padStart(3, '0');
  await connections.use((session) => session.command('SITE', `CHMOD ${digits} ${path}`, path), options);
}

/** The ways of giving a file a time, the best first (draft-somers-ftp-mfxx; SITE UTIME in its two forms; MDTM with a time before the name). */
const WAYS: readonly ((time: string, path: string) => readonly [verb: string, argument: string])[] = [
  (time, path) => ['MFMT', `${time} ${path}`],
  (time, path) => ['SITE', `UTIME ${time} ${path}`],
  (time, path) => ['SITE', `UTIME ${path} ${time} ${time} ${time} UTC`],
  (time, path) => ['MDTM', `${time} ${path}`],
];

/** Tries each way until one works; what worked is tried first the next time. Rejects with UNSUPPORTED when none does. */
export async function setModified(
  connections: Connections,
  path: string,
  at: Date,
  options: CallOptions = {},
): Promise<void> {
  const time = formatTime(new Date(Math.floor(at.getTime() / 1_000) * 1_000));
  await connections.use(async (session) => {
    const features = connections.facts?.features;
    const first = connections.timeWay ?? (features?.has('MFMT') || !features?.size ? 0 : 1);
    const order = [first, ...WAYS.keys()].filter((way, index, all) => all.indexOf(way) === index);
    let refusal: FtpError | undefined;
    for (const way of order) {
      const make = WAYS[way];
      if (!make) continue;
      const [verb, argument] = make(time, path);
      const reply = await session.exchange(verb, argument);
      if (isCompletion(reply.code) && !(verb === 'MDTM' && reply.code === 213 && !isTimeSet(reply.lines, time))) {
        connections.timeWay = way;
        return;
      }
      const kind = reply.code >= 400 ? classifyReply(verb, reply) : 'UNSUPPORTED';
      if (kind === 'NOT_FOUND' && way === connections.timeWay) throw replyError(verb, reply, path);
      // MDTM is refused for the odd name it seems to be asked about.
      if (kind !== 'UNSUPPORTED' && verb !== 'MDTM') refusal ??= replyError(verb, reply, path);
    }
    if (refusal) throw refusal;
    throw new FtpError('UNSUPPORTED', `${path}: the server lets no times be set (MFMT, SITE UTIME, MDTM)`, { path });
  }, options);
}

/** A server that knows only the question MDTM asks answers with the time of a file of that odd name, or repeats what was set. */
function isTimeSet(lines: readonly string[], time: string): boolean {
  const text = lines.join(' ');
  return text.includes(time) || !/\b\d{14}\b/.test(text); // vsftpd: 213 File modification time set.
}
