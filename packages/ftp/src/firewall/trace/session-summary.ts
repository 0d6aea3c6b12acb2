import type { Endpoint } from '../../protocol/index.js';
import type { Outcome } from '../rules/index.js';

/** What can be seen of TLS without its keys. */
export interface TlsSeen {
  /** 'TLSv1.2' or 'TLSv1.3', where the handshake was seen. */
  readonly version?: string | undefined;
  /** The name the client has asked for (SNI). */
  readonly serverName?: string | undefined;
}

/** One FTP session, however many captures it is in. */
export interface SessionSummary {
  /** From 1, in the order they began. */
  readonly id: number;
  /** As the client has them, where it was captured there. */
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly user?: string | undefined;
  readonly tls?: TlsSeen | undefined;
  /** Lines that could be read, both ways. */
  readonly lines: number;
  /** How each negotiation of a data connection ended, in order; as many as it has timelines. */
  readonly outcomes: readonly Outcome[];
  /** Names of the vantage points it was seen at, from the client to the server. */
  readonly vantages: readonly string[];
  /** What is missing: its beginning, lines, … */
  readonly notes: readonly string[];
}

/** A command or a reply line, as read from the wire; passwords masked, control characters escaped. */
export interface TraceLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly towards: 'client' | 'server';
  readonly text: string;
}
