import {
  type Command,
  type Reply,
  SyntaxFault,
  decodeText,
  encodeText,
  maskCommand,
  parseCommand,
} from '../protocol/index.js';
import type { CallOptions } from './contract.js';
import { type DataAttempt, FtpError } from './errors.js';
import { receive } from './receive.js';
import type { ClientSession } from './session.js';
import { untilAborted } from './until-aborted.js';

/** Verbs that would leave the session in a state that nobody here knows of, or need a file. */
const NOT_HERE = new Set([
  'STOR',
  'APPE',
  'STOU',
  'RETR',
  'PASV',
  'EPSV',
  'PORT',
  'EPRT',
  'LPSV',
  'LPRT',
  'AUTH',
  'CCC',
  'PROT',
  'PBSZ',
  'REIN',
]);
const LISTS = new Set(['LIST', 'NLST', 'MLSD']);
/** They change what we have taken note of. */
const CHANGES_DIRECTORY = new Set(['CWD', 'CDUP', 'XCWD', 'XCUP', 'RMD', 'RNTO']);
/** They change what is not taken note of: the connection is for nothing else behind them. */
const CHANGES_SESSION = new Set([
  'STRU',
  'MODE',
  'REST',
  'USER',
  'PASS',
  'ACCT',
  'OPTS',
  'RNFR',
  'RANG',
  'CSID',
  'LANG',
  'HOST',
  'ALLO',
  'SSCN',
  'QUIT',
]);

/** Sends a command line as it is. The text of a listing becomes lines of its reply. Rejects with FtpError USAGE for verbs that have calls of their own. */
export async function rawCommand(session: ClientSession, line: string, { signal }: CallOptions = {}): Promise<Reply> {
  if (/[\r\n\0]/.test(line)) throw new FtpError('USAGE', 'A command is one line', { phase: 'usage' });
  const command = parsed(line);
  const { verb, argument } = command;
  if (NOT_HERE.has(verb)) {
    throw new FtpError('USAGE', `${verb} cannot be sent like this: use get, put, or the options of the connection`, {
      phase: 'usage',
    });
  }
  if (LISTS.has(verb)) return await listRaw(session, verb, argument, signal);
  if (CHANGES_DIRECTORY.has(verb)) session.directory = undefined;
  if (verb === 'TYPE') session.type = undefined;
  const reply = session.exchange(verb, argument, { masked: maskCommand(command) });
  if (CHANGES_SESSION.has(verb)) session.retire();
  return await untilAborted(reply, signal);
}

function parsed(line: string): Command {
  try {
    return parseCommand(encodeText(line));
  } catch (cause) {
    if (!(cause instanceof SyntaxFault)) throw cause;
    throw new FtpError('USAGE', `No command: ${cause.message}`, { phase: 'usage', cause });
  }
}

async function listRaw(
  session: ClientSession,
  verb: string,
  argument: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const attempts: DataAttempt[] = [];
  const { maxContentLength } = session.core.settings.limits;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const { reply } = await receive(session, {
    verb: verb === 'LIST' || verb === 'NLST' ? verb : 'MLSD',
    attempts,
    signal,
    keepsChunks: true,
    deliver: (more) => {
      for (const chunk of more) size += chunk.length;
      if (size > maxContentLength) throw new FtpError('LIMIT', 'The listing is longer than limits.maxContentLength');
      chunks.push(...more);
    },
    ...(argument !== undefined && { argument }),
  });
  const { codec } = session.core.settings;
  const lines = codec.fromWire(decodeText(Buffer.concat(chunks))).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return { code: reply?.code ?? 226, lines: [...lines, ...(reply?.lines ?? [])] };
}
