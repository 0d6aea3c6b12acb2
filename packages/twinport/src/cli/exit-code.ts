import { FtpError, type FtpErrorCode } from '@twinport/ftp/client';
import type { Reply } from '@twinport/ftp/protocol';
import { CommanderError } from 'commander';
import { errnoOf } from '../daemon/usage-fault.js';
import { EXIT } from './exit.js';

/** In words: docs/errors.md is made of them. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'all was done; a server ended as asked; nobody read the output any more',
  other:
    'something else failed: it is there already, the server cannot do that, it refused for a reason of its own; `rules check` has found something',
  usage:
    'the command line, a configuration file or a site cannot be used, or nobody could be asked; one line says what to change',
  partial:
    'some of what was asked for was done, some failed or had to be left out (a name that the target cannot hold, what has changed since the plan); `--json` lists which',
  notFound:
    'there is no such file or folder, there or here; what is there is a folder where a file is wanted, or a file where a folder is',
  permission: 'not permitted, there or here',
  dns: 'the name of the server has no address',
  connect: 'no connection to the server or proxy, or it was lost',
  tls: 'TLS failed, or the certificate is not trusted',
  login: 'the server does not let this user in',
  dataConnection: 'commands get through, files do not: no data connection in any mode that was tried',
  timeout: 'no answer, or no progress, in time',
  truncated: 'less or other octets came than the server has, or the file changed meanwhile',
  space: 'the disk or the quota is full; the files that were left were not tried',
  protocol: 'what the server says cannot be understood',
  busy: 'the server has too many connections',
  interrupted: 'Ctrl-C, SIGTERM or SIGHUP; of a server the second one: ended at once',
};

export const EXIT_CODES: Readonly<Record<FtpErrorCode, number>> = {
  USAGE: EXIT.usage,
  DNS: EXIT.dns,
  CONNECT: EXIT.connect,
  PROXY: EXIT.connect,
  CLOSED: EXIT.connect,
  TLS: EXIT.tls,
  LOGIN: EXIT.login,
  BUSY: EXIT.busy,
  TIMEOUT: EXIT.timeout,
  STALLED: EXIT.timeout,
  PROTOCOL: EXIT.protocol,
  LISTING: EXIT.protocol,
  DATA_CONNECTION: EXIT.dataConnection,
  TRUNCATED: EXIT.truncated,
  HASH_MISMATCH: EXIT.truncated,
  CHANGED: EXIT.truncated,
  NOT_FOUND: EXIT.notFound,
  PERMISSION: EXIT.permission,
  NO_SPACE: EXIT.space,
  EXISTS: EXIT.other,
  IN_USE: EXIT.other,
  UNSUPPORTED: EXIT.other,
  REPLY: EXIT.other,
  LOCAL: EXIT.other,
  LIMIT: EXIT.other,
  UNSAFE_NAME: EXIT.other,
  ABORTED: EXIT.interrupted,
};

/** What this machine's file system says, where that was the reason. */
const ERRNO: Readonly<Record<string, number>> = {
  ENOENT: EXIT.notFound,
  ENOTDIR: EXIT.notFound,
  EACCES: EXIT.permission,
  EPERM: EXIT.permission,
  EROFS: EXIT.permission,
  ENOSPC: EXIT.space,
  EDQUOT: EXIT.space,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof FtpError && error.code !== 'LOCAL') return EXIT_CODES[error.code];
  if (error instanceof CommanderError || errnoOf(error) === 'USAGE') return EXIT.usage;
  return ERRNO[errnoOf(error instanceof FtpError ? error.cause : error) ?? ''] ?? EXIT.other;
}

/** Codes that say by themselves what went wrong, and mean the same whatever the command was. */
const REPLIES: Readonly<Record<number, number>> = {
  421: EXIT.busy,
  425: EXIT.dataConnection,
  430: EXIT.login,
  452: EXIT.space,
  522: EXIT.tls,
  530: EXIT.login,
  552: EXIT.space,
};

/** Of a command that the user wrote: 4yz and 5yz are failures. */
export function exitCodeOfReply({ code }: Reply): number {
  return code < 400 ? EXIT.ok : (REPLIES[code] ?? EXIT.other);
}

/** Of several things that were asked for: the failures' own code where nothing went well and all say the same. */
export function exitCodeOfAll(failures: readonly number[], successes: number): number {
  const [first] = failures;
  if (first === undefined) return EXIT.ok;
  return successes === 0 && failures.every((code) => code === first) ? first : EXIT.partial;
}
