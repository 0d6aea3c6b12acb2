/** Every limit of a client. All times are milliseconds, all sizes octets; 0 switches a limit off where that is said. docs/limits.md is made of these comments. */
export interface ClientLimits {
  /** Name lookup and TCP connection of the control connection, all addresses of the host together. */
  readonly connectMs: number;
  /** A TLS handshake, on either connection. */
  readonly tlsHandshakeMs: number;
  /** From a command to its reply; and for the greeting. */
  readonly replyMs: number;
  /** Until a data connection is open, for each way that is tried: longer than TCP takes to ask a third time. Two ways that take all of it are the end of the operation. */
  readonly dataOpenMs: number;
  /** An open data connection without progress, unless the reader of a download is the one that waits. */
  readonly stallMs: number;
  /** From the end of the data to the final reply: a server may be slow to store a file. */
  readonly finalReplyMs: number;
  /** From the end of a download that has come whole, its size being known, to the final reply; then the connection is replaced, since a firewall may have forgotten it. */
  readonly downloadReplyMs: number;
  /** After an upload over TLS: for the server's own end of the data connection, before ours is closed. */
  readonly uploadEndMs: number;
  /** From ABOR until the session is usable again; then the connection is replaced. */
  readonly abortMs: number;
  /** Between NOOPs, on a connection with nothing to do and while a transfer runs. 0: none. */
  readonly keepaliveMs: number;
  /** A connection of a pool beyond the first, with nothing to do. */
  readonly idleMs: number;
  /** A call that waits for a connection, while the connections it waits for make no progress. */
  readonly queueMs: number;
  /** Calls that wait for a connection; more fail at once. */
  readonly maxQueue: number;
  /** Tries of an operation, the first included. */
  readonly maxAttempts: number;
  /** Before the second try; doubled for each further one, and made up to half shorter by chance. */
  readonly retryDelayMs: number;
  /** Longest pause between two tries. */
  readonly maxRetryDelayMs: number;
  /** Octets of a line of a reply. */
  readonly maxReplyLineLength: number;
  /** Octets of a whole reply. */
  readonly maxReplyLength: number;
  /** Octets of a listing. */
  readonly maxListingLength: number;
  /** Octets that `text` and `bytes` take into memory. */
  readonly maxContentLength: number;
  /** Octets of a download that are read ahead of a slow consumer. */
  readonly readAhead: number;
  /** Levels that `walk`, `glob`, `remove` and `sync` go down. */
  readonly maxDepth: number;
  /** Lines of the session that an error carries. */
  readonly transcriptLines: number;
  /** Commands after the greeting until login is over, with all that proxies ask. */
  readonly maxLoginSteps: number;
}

export const DEFAULT_CLIENT_LIMITS: ClientLimits = {
  connectMs: 10_000,
  tlsHandshakeMs: 10_000,
  replyMs: 30_000,
  dataOpenMs: 3_200,
  stallMs: 60_000,
  finalReplyMs: 60_000,
  downloadReplyMs: 5_000,
  uploadEndMs: 2_000,
  abortMs: 2_000,
  keepaliveMs: 30_000,
  idleMs: 30_000,
  queueMs: 300_000,
  maxQueue: 100_000,
  maxAttempts: 4,
  retryDelayMs: 500,
  maxRetryDelayMs: 15_000,
  maxReplyLineLength: 16_384,
  maxReplyLength: 2 * 1024 * 1024,
  maxListingLength: 256 * 1024 * 1024,
  maxContentLength: 256 * 1024 * 1024,
  readAhead: 2 * 1024 * 1024,
  maxDepth: 64,
  transcriptLines: 40,
  maxLoginSteps: 12,
};
