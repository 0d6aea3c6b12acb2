/** What a trace keeps, however much it is given. What is over is left out, and told of in `notes`. */
export interface TraceLimits {
  /** TCP connections at all vantage points together. Default 20000; the oldest that have nothing to do with FTP go first. */
  readonly maxConnections: number;
  /** Octets that wait for the ones before them, for each direction of a command connection. Default 65536. */
  readonly maxHeldBytes: number;
  /** Octets of commands and replies, all sessions together, with 128 for each line. Default 67108864. */
  readonly maxTextBytes: number;
  /** Octets of fragments that wait for the rest of their packet. Default 1048576. */
  readonly maxFragmentBytes: number;
  /** Server ports at which a connection is taken for FTP; elsewhere its 220 tells. Default 21, 2121 and 990. */
  readonly controlPorts: readonly number[];
}

export const DEFAULT_TRACE_LIMITS: TraceLimits = {
  maxConnections: 20_000,
  maxHeldBytes: 65_536,
  maxTextBytes: 67_108_864,
  maxFragmentBytes: 1_048_576,
  controlPorts: [21, 2121, 990],
};
