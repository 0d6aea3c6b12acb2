/** Every limit of a server. All times are milliseconds, all sizes octets; 0 switches a limit off where that is said. docs/limits.md is made of these comments. */
export interface Limits {
  /** Octets of a command line without its CRLF; a longer one is answered 500. */
  readonly maxLineLength: number;
  /** Commands read ahead of the one being answered; then the client is made to wait. */
  readonly maxPendingCommands: number;
  /** Commands of a session in any second; more are delayed. 0: no limit. */
  readonly maxCommandsPerSecond: number;
  /** Sessions at once; more are answered 421. */
  readonly maxSessions: number;
  /** Sessions at once from one address; more are answered 421. */
  readonly maxSessionsPerAddress: number;
  /** From connecting to being logged in. */
  readonly preLoginMs: number;
  /** Commands before login; then 421. */
  readonly maxCommandsBeforeLogin: number;
  /** Without a command, and without a transfer. */
  readonly idleMs: number;
  /** From PASV, EPSV or a transfer command until the data connection is there. */
  readonly dataWaitMs: number;
  /** How long PASV and EPSV wait for a port when all are in use; then 425. 0: they do not wait. */
  readonly passivePortWaitMs: number;
  /** An open data connection without progress. */
  readonly dataStallMs: number;
  /** How long a client may take to close its end after a download, before it is trusted to have read everything. */
  readonly dataCloseWaitMs: number;
  /** Longest wait for the end of the control connection after an upload in clear, a quarter of its own time at most: a killed client ends both. 0: none. */
  readonly uploadEndMs: number;
  /** A TLS handshake, on either connection. */
  readonly tlsHandshakeMs: number;
  /** Wrong passwords on one connection, then 421. */
  readonly maxLoginFailures: number;
  /** How long the first wrong password of an address delays its answer; each further one doubles it, up to 64 times. */
  readonly loginDelayMs: number;
  /** Addresses whose wrong passwords are remembered; beyond that the oldest is forgotten. */
  readonly maxRememberedAddresses: number;
  /** How long the wrong passwords of an address are remembered. */
  readonly loginMemoryMs: number;
  /** Client networks of which it is remembered whether data connections came, for each address announced; beyond that the oldest is forgotten. */
  readonly maxRememberedNetworks: number;
  /** Until names in `publicAddress` are resolved again. 0: never. */
  readonly publicAddressMs: number;
  /** Levels that LIST -R goes down. */
  readonly maxListDepth: number;
  /** Memory for the buffers of all downloads together; with many at once each gets smaller ones. */
  readonly transferBufferBytes: number;
  /** Largest file whose SIZE in TYPE A or E, or whose REST in them, is counted out. */
  readonly maxTextScan: number;
  /** How long `close` waits for transfers. */
  readonly drainMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxLineLength: 8_192,
  maxPendingCommands: 64,
  maxCommandsPerSecond: 20_000,
  maxSessions: 4_000,
  maxSessionsPerAddress: 200,
  preLoginMs: 60_000,
  maxCommandsBeforeLogin: 60,
  idleMs: 300_000,
  dataWaitMs: 30_000,
  passivePortWaitMs: 2_000,
  dataStallMs: 300_000,
  dataCloseWaitMs: 1_000,
  uploadEndMs: 20,
  tlsHandshakeMs: 10_000,
  maxLoginFailures: 5,
  loginDelayMs: 250,
  maxRememberedAddresses: 10_000,
  loginMemoryMs: 900_000,
  maxRememberedNetworks: 1_000,
  publicAddressMs: 60_000,
  maxListDepth: 32,
  transferBufferBytes: 128 * 1024 * 1024,
  maxTextScan: 64 * 1024 * 1024,
  drainMs: 60_000,
};
