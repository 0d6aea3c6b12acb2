import { type Reply, isTransient } from '../protocol/index.js';
import { type FtpErrorCode, ReplyError } from './errors.js';

/** Verbs whose 550 means, where its text says nothing else, that there is nothing by that name. */
const READING = new Set(
  'RETR SIZE MDTM MLST MLSD LIST NLST CWD RNFR STAT HASH XSHA512 XSHA256 XSHA1 XMD5 XCRC'.split(' '),
);

const WORDS: readonly (readonly [RegExp, FtpErrorCode])[] = [
  [
    /no such|not found|(?:doesn't|does not|n't) exist|cannot find|can't find|not exist|no files? found|unknown file/i,
    'NOT_FOUND',
  ],
  [/already exists|file exists|name exists/i, 'EXISTS'],
  [/quota|disk full|no space|insufficient (?:disk|storage)|exceed/i, 'NO_SPACE'],
  [/permission|denied|not allowed|forbidden|not permitted|read-?only|privilege|unauthorized|access is/i, 'PERMISSION'],
];

/** Codes that say by themselves what is wrong. */
const CODES: ReadonlyMap<number, FtpErrorCode> = new Map([
  [421, 'CLOSED'],
  [425, 'DATA_CONNECTION'],
  [452, 'NO_SPACE'],
  [500, 'UNSUPPORTED'],
  [502, 'UNSUPPORTED'],
  [504, 'UNSUPPORTED'],
  [521, 'EXISTS'],
  [530, 'LOGIN'],
  [532, 'LOGIN'],
  [552, 'NO_SPACE'],
]);

/** The data connection's TLS was not to the server's liking: most often a session that was not resumed (vsftpd 522, FileZilla Server 425). */
function isTlsRefusal({ code, lines }: Reply): boolean {
  return (code === 425 || code === 522) && /tls|ssl|session|reuse/i.test(lines.join(' '));
}

/** vsftpd's last words: the session is over, another one may do. */
export function isCrash({ code, lines }: Reply): boolean {
  return code === 500 && lines[0]?.startsWith('OOPS:') === true;
}

/** What kind of no a 4yz or 5yz reply is: by its text, then by its code. */
export function classifyReply(verb: string, reply: Reply): FtpErrorCode {
  if (isTlsRefusal(reply)) return 'TLS';
  if (isCrash(reply)) return 'CLOSED';
  const byCode = CODES.get(reply.code);
  if (byCode) return byCode;
  const text = reply.lines.join(' ');
  // pyftpdlib answers MLSD of what is missing with 501 No such directory.
  if (reply.code === 501 && /no such (?:file|directory)/i.test(text)) return 'NOT_FOUND';
  const byText = reply.code === 501 ? undefined : WORDS.find(([pattern]) => pattern.test(text))?.[1];
  if (byText) return byText;
  if (reply.code === 550 && READING.has(verb)) return 'NOT_FOUND';
  return reply.code === 553 ? 'PERMISSION' : 'REPLY';
}

const HINTS: Partial<Record<FtpErrorCode, string>> = {
  PERMISSION: 'The server does not let this user do that there.',
  NO_SPACE: 'Make room on the server, or ask for a larger quota.',
  TLS: 'The server wants the TLS session of the control connection resumed on data connections.',
  LOGIN: 'The server wants another login, or TLS, for this.',
};

/** The error that stands for a refusal. `verb` is what was refused, `path` what it was about. */
export function replyError(verb: string, reply: Reply, path?: string): ReplyError {
  const code = classifyReply(verb, reply);
  const about = path === undefined ? '' : ` ${path}`;
  const hint = HINTS[code];
  return new ReplyError(code, `${verb}${about}: ${reply.code} ${reply.lines.at(-1) ?? ''}`.trimEnd(), {
    reply,
    command: verb,
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
    retryable: isCrash(reply) || (isTransient(reply.code) && code !== 'NO_SPACE' && code !== 'TLS'),
    connectionUsable: code !== 'CLOSED',
  });
}
