import { SyntaxFault, parseOctets, parseTime } from '../protocol/index.js';
import { classifyReply, replyError } from './reply-error.js';
import { setType } from './representation.js';
import type { ClientSession } from './session.js';

/** Time zones differ by multiples of it. Seconds. */
const QUARTER_HOUR = 15 * 60;

/** SIZE (RFC 3659 §4) in octets; undefined where the server has no such verb, or no size for that. */
export async function remoteSize(session: ClientSession, path: string): Promise<number | undefined> {
  const size = await existingSize(session, path);
  return typeof size === 'number' ? size : undefined;
}

/** MDTM (RFC 3659 §3); undefined where the server has no such verb, or no time for that. */
export async function remoteModified(session: ClientSession, path: string): Promise<Date | undefined> {
  const reply = await session.exchange('MDTM', path);
  if (reply.code === 421) throw replyError('MDTM', reply, path);
  if (reply.code !== 213) return undefined;
  return quietly(() => parseTime((reply.lines.at(-1) ?? '').trim().split(' ', 1)[0] ?? ''));
}

/** Whether there is a file by that name, and how large it is: by SIZE, which every server of today has. */
export async function existingSize(session: ClientSession, path: string): Promise<number | 'unknown' | undefined> {
  await setType(session, 'I');
  const reply = await session.exchange('SIZE', path);
  if (reply.code === 421) throw replyError('SIZE', reply, path);
  if (reply.code === 213) return quietly(() => parseOctets((reply.lines.at(-1) ?? '').trim())) ?? 'unknown';
  return classifyReply('SIZE', reply) === 'UNSUPPORTED' ? 'unknown' : undefined;
}

/** Whether a file has been left alone between two times of it. What a listing says may be rounded to minutes, and in a time zone of its own. */
export function isSameTime(one: Date, other: Date): boolean {
  const seconds = Math.floor(one.getTime() / 1_000);
  return seconds % 60 === 0 || (seconds - Math.floor(other.getTime() / 1_000)) % QUARTER_HOUR === 0;
}

function quietly<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}

/** Where a 150 announces the size of what follows: `150 Opening BINARY mode data connection for x (1234 bytes).` */
export function announcedSize(lines: readonly string[]): number | undefined {
  const digits = /\((\d{1,15}) ?bytes?\)/i.exec(lines.join('\n'))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
