import type {
  Client,
  ClientLimits,
  ClientWarningEvent,
  ConnectOptions,
  FtpErrorCode,
  PoolOptions,
} from '@twinport/ftp/client';
import type { Script } from './script.js';
import type { ScriptedServer } from './scripted-server.js';

/** What a call rejects with: the code; or several where either is right. */
export interface Failure {
  readonly code: FtpErrorCode | readonly FtpErrorCode[];
  /** Code of the reply it carries. */
  readonly reply?: number;
  readonly retryable?: boolean;
}

/** A server that misbehaves, what a client is asked to do with it, and how that must end. */
export interface Misbehaviour {
  readonly name: string;
  readonly server: Script;
  /** Beside host, port, user and password. */
  readonly client?: Omit<Partial<ConnectOptions>, 'limits'>;
  /** Beside PATIENT_LIMITS. */
  readonly limits?: Partial<ClientLimits>;
  /** Then the client is a pool. */
  readonly pool?: PoolOptions;
  /** Default: it only connects. */
  readonly call?: (client: Client, server: ScriptedServer) => Promise<unknown>;
  /** What the call resolves with. */
  readonly gives?: unknown;
  /** What the call rejects with; where there is no call, connecting does. */
  readonly fails?: FtpErrorCode | Failure;
  /**
   * What becomes of the session. `same`: the next commands on the same connection get their own replies, and a file comes whole;
   * `commands`: the same, but data connections are out of order for good; `replaced`: a new connection does; `unsaid`: either does;
   * `over`: there is none. Default: `same`, or `over` where connecting fails.
   */
  readonly after?: 'same' | 'commands' | 'replaced' | 'unsaid' | 'over';
  /** Command lines that the server has received in this order, others between them. */
  readonly sent?: readonly string[];
  /** Nothing like this was sent. */
  readonly unsent?: RegExp;
  readonly warns?: readonly ClientWarningEvent['code'][];
  /** Files at the end, by path. */
  readonly leaves?: Readonly<Record<string, string>>;
}

/** Limits that nothing here may come near, except those that a case sets shorter; one try, so that each case sees its own failure. */
export const PATIENT_LIMITS: Partial<ClientLimits> = {
  connectMs: 4_000,
  tlsHandshakeMs: 4_000,
  replyMs: 4_000,
  dataOpenMs: 4_000,
  stallMs: 4_000,
  finalReplyMs: 4_000,
  downloadReplyMs: 4_000,
  uploadEndMs: 4_000,
  abortMs: 4_000,
  keepaliveMs: 0,
  idleMs: 4_000,
  queueMs: 4_000,
  maxAttempts: 1,
  retryDelayMs: 1,
  maxRetryDelayMs: 2,
};

/** Milliseconds after which a case has failed. */
export const CASE_MS = 4_000;

/** A limit that is to run out. Long enough for a right answer on a busy machine. */
export const SHORT = 250;
