import type { Endpoint } from '../../protocol/index.js';

/** A place that packets come by, in order from the client to the server. */
export interface Place {
  readonly role: 'client' | 'client-device' | 'server-device' | 'server';
  /** `CLIENT`, `CLIENT NAT + FIREWALL`, … */
  readonly name: string;
  readonly addresses: readonly string[];
}

/** What happened to something at a place between its ends, or where it ended early. */
export interface Hop {
  /** Index of the place. */
  readonly place: number;
  readonly verdict: 'passed' | 'rewritten' | 'dropped' | 'rejected' | 'not seen';
  /** The rule that decided, in words or as it is written. */
  readonly rule?: string;
  /** What NAT or a helper has changed: endpoints, or the text of a command. */
  readonly before?: string;
  readonly after?: string;
  /** What the place learnt from it, and the like. */
  readonly note?: string;
}

/** One thing that crossed the path, or was to cross it. */
export interface Step {
  /** From 1. */
  readonly number: number;
  readonly connection: 'control' | 'data';
  readonly towards: 'client' | 'server';
  readonly kind: 'open' | 'tls' | 'command' | 'reply' | 'content' | 'close';
  /** As it is on the wire: `SYN`, `EPSV`, `229 …`. */
  readonly text: string;
  /** What that means. */
  readonly words: string;
  /** As its sender has it. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly hops: readonly Hop[];
  /** Whether it got to the other end. */
  readonly arrived: boolean;
  /** Milliseconds since the first step, where there was a clock. */
  readonly at?: number;
  /** How often it was sent, where more than once. */
  readonly times?: number;
}

/** How a way of transferring ends; `425` and `500` are the server's replies. `unknown`: a trace ends before. `simulate` knows always. */
export type Outcome = 'ok' | 'timeout' | 'refused' | '425' | '500' | 'unavailable' | 'unknown';

export interface Conclusion {
  readonly outcome: Outcome;
  /** Name of the cause in the knowledge base. */
  readonly cause?: string;
  /** Number of the step at which it failed. */
  readonly step?: number;
  /** Index of the place that stopped it. */
  readonly place?: number;
  readonly rule?: string;
  /** What its user sees. */
  readonly seen: string;
  /** In words, for people; empty where it works. */
  readonly why: string;
  readonly fix: readonly string[];
  /** What else would work here, and what would not. */
  readonly also: readonly string[];
}

/** One negotiation of a data connection, both connections on one ladder. */
export interface Timeline {
  readonly title: string;
  readonly mode: 'active' | 'passive';
  readonly command: 'PORT' | 'EPRT' | 'PASV' | 'EPSV';
  /** Whether the commands could not be read on the way. */
  readonly tls: boolean;
  readonly places: readonly Place[];
  readonly steps: readonly Step[];
  readonly conclusion: Conclusion;
}
