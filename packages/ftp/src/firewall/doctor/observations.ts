import type { Endpoint } from '../../protocol/index.js';
import type { Family, Ports, Way } from '../rules/index.js';
import type { ServerView } from './server-view.js';

/** `explicit`: AUTH TLS. `implicit`: TLS from the first byte. */
export type Security = 'clear' | 'explicit' | 'implicit';

/** How something ended that did not succeed. */
export type How =
  /** Nothing came back. */
  | 'silence'
  /** RST: nobody listens there, or a rule rejects. */
  | 'refused'
  /** ICMP, or no route. */
  | 'unreachable'
  | 'closed'
  /** The server said no. */
  | 'reply'
  /** Open, and nothing moves. */
  | 'stalled'
  /** TLS could not be agreed on. */
  | 'handshake'
  | 'certificate'
  | 'other';

export type Stage = 'name' | 'connect' | 'greeting' | 'tls' | 'login' | 'negotiation' | 'opening' | 'transfer' | 'end';

export interface Failure {
  /** How far it had come. */
  readonly at: Stage;
  readonly how: How;
  readonly text: string;
  /** The reply that said no. */
  readonly code?: number;
  readonly milliseconds: number;
}

interface Seen {
  readonly family: Family;
  readonly security: Security;
  /** Absent where it worked. */
  readonly failure?: Failure;
}

/** The looking up of the server's name. */
export interface NameObservation {
  readonly kind: 'name';
  readonly host: string;
  readonly families: readonly Family[];
  readonly failure?: Failure;
}

/** A control connection, up to being logged in. */
export interface LoginObservation extends Seen {
  readonly kind: 'login';
  readonly server: Endpoint;
  /** Our end. */
  readonly client?: Endpoint;
  readonly greeting?: string;
  /** What SYST says. */
  readonly system?: string;
  /** Lines of FEAT, without parameters. */
  readonly features: readonly string[];
}

/** One way of opening a data connection, tried with a listing, on a session of its own. */
export interface WayObservation extends Seen {
  readonly kind: 'way';
  readonly way: Way;
  /** Both ends of its control connection, as we see them. */
  readonly server: Endpoint;
  readonly client?: Endpoint;
  /** The command line that asked for the connection, and all lines of the answer. */
  readonly command?: string;
  readonly answer: readonly string[];
  /** Where the server says it listens, or where we listen. */
  readonly announced?: Endpoint;
  /** Whom the data connection was made with. */
  readonly peer?: Endpoint;
  /** Inside TLS: whether it resumed the session of the control connection (RFC 4217 §10.2). */
  readonly resumed?: boolean;
  /** Who else came to where we listen. */
  readonly strangers: readonly string[];
  /** What the server saw of it, where it tells. */
  readonly view?: ServerView;
}

/** A file larger than a packet, over a way that works. */
export interface TransferObservation extends Seen {
  readonly kind: 'transfer';
  readonly way: Way;
  readonly direction: 'download' | 'upload';
  readonly octets: number;
}

/** A control connection that was left alone. */
export interface IdleObservation extends Seen {
  readonly kind: 'idle';
  readonly seconds: number;
}

/** Lines of an odd form, and whether the server answered: NOOP, and PORT or EPRT in the same form. */
export interface FingerprintObservation extends Seen {
  readonly kind: 'fingerprint';
  readonly shape: 'in two segments' | 'with two spaces' | 'ended by LF alone';
  readonly plain: boolean;
  readonly asked: boolean;
}

export type Observation =
  | FingerprintObservation
  | NameObservation
  | LoginObservation
  | WayObservation
  | TransferObservation
  | IdleObservation;

/** All that was seen from one place. */
export interface Observations {
  readonly host: string;
  readonly port: number;
  /** Whom the commands log in as that are proposed; undefined: anonymous. */
  readonly user?: string | undefined;
  /** What was asked for. */
  readonly security: Security;
  readonly name: NameObservation;
  readonly logins: readonly LoginObservation[];
  readonly ways: readonly WayObservation[];
  readonly transfers: readonly TransferObservation[];
  readonly idle?: IdleObservation;
  readonly fingerprints?: readonly FingerprintObservation[];
  /** The range the server is said to use. */
  readonly expectedPorts?: Ports;
}
