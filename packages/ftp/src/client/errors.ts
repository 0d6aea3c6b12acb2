import type { DataMode } from '../connection/index.js';
import type { Endpoint, Reply } from '../protocol/index.js';

/** Stable: compare these, never messages. docs/errors.md says for each what it means and what to do. */
export type FtpErrorCode =
  | 'USAGE'
  | 'DNS'
  | 'CONNECT'
  | 'PROXY'
  | 'TLS'
  | 'LOGIN'
  | 'BUSY'
  | 'CLOSED'
  | 'TIMEOUT'
  | 'PROTOCOL'
  | 'DATA_CONNECTION'
  | 'STALLED'
  | 'TRUNCATED'
  | 'HASH_MISMATCH'
  | 'LISTING'
  | 'NOT_FOUND'
  | 'PERMISSION'
  | 'EXISTS'
  | 'IN_USE'
  | 'NO_SPACE'
  | 'UNSUPPORTED'
  | 'REPLY'
  | 'LOCAL'
  | 'LIMIT'
  | 'UNSAFE_NAME'
  | 'CHANGED'
  | 'ABORTED';

/** What the client was about when it failed. */
export type Phase = 'usage' | 'dns' | 'connect' | 'tls' | 'login' | 'command' | 'data' | 'transfer' | 'local';

export interface FtpErrorDetails {
  readonly phase?: Phase;
  /** The server's answer, where one was the reason. */
  readonly reply?: Reply;
  /** The command that failed, secrets masked. */
  readonly command?: string;
  readonly path?: string;
  /** What to do about it, in words. */
  readonly hint?: string;
  /** Whether the same call can succeed when it is made again. */
  readonly retryable?: boolean;
  /** Whether the connection it happened on goes on. */
  readonly connectionUsable?: boolean;
  readonly cause?: unknown;
}

/** What every call of a client rejects with. */
export class FtpError extends Error {
  override readonly name: string = 'FtpError';
  readonly code: FtpErrorCode;
  readonly phase: Phase;
  readonly reply: Reply | undefined;
  readonly command: string | undefined;
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly connectionUsable: boolean;
  /** The last lines of the session, secrets masked: `> ` sent, `< ` received. */
  transcript: readonly string[] = [];

  constructor(code: FtpErrorCode, message: string, details: FtpErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.phase = details.phase ?? 'command';
    this.reply = details.reply;
    this.command = details.command;
    this.path = details.path;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.connectionUsable = details.connectionUsable ?? true;
  }
}

/** The server answered a command with 4yz or 5yz. `code` says what kind of no it was. */
export class ReplyError extends FtpError {
  override readonly name = 'ReplyError';
}

/** One way a data connection was tried, and how it failed. */
export interface DataAttempt {
  readonly mode: DataMode;
  /** EPSV, PASV, EPRT or PORT. */
  readonly command: string;
  /** Where the connection was to go: in passive mode the server's endpoint that was dialled, in active mode ours. */
  readonly endpoint: Endpoint | undefined;
  /** What the server announced, where that was not what was dialled. */
  readonly announced?: Endpoint;
  /** In words. */
  readonly outcome: string;
  /** Nothing came back at all: something on the way drops packets. */
  readonly timedOut: boolean;
  readonly milliseconds: number;
}

/** No way of opening a data connection worked. `attempts` has each, `hint` the likely cause and the cure. */
export class DataConnectionError extends FtpError {
  override readonly name = 'DataConnectionError';
  readonly attempts: readonly DataAttempt[];

  constructor(message: string, attempts: readonly DataAttempt[], details: FtpErrorDetails = {}) {
    super('DATA_CONNECTION', message, { phase: 'data', ...details });
    this.attempts = attempts;
  }
}

/** Fewer or other octets came than the server has. */
export class TruncatedError extends FtpError {
  override readonly name = 'TruncatedError';
  readonly expected: number;
  readonly received: number;

  constructor(
    message: string,
    sizes: { readonly expected: number; readonly received: number },
    details: FtpErrorDetails = {},
  ) {
    super('TRUNCATED', message, { phase: 'transfer', retryable: true, ...details });
    this.expected = sizes.expected;
    this.received = sizes.received;
  }
}
