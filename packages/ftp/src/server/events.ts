import type { ConnectionEvent, ConnectionFaultCode, DataMode } from '../connection/index.js';
import type { Endpoint } from '../protocol/index.js';

/** Times are milliseconds since the epoch; `session` is the number of the session within this server. */
export interface SessionEvent {
  readonly at: number;
  readonly session: number;
  readonly remote: Endpoint;
  readonly user?: string;
  /** What the client calls itself (CLNT, CSID). */
  readonly client?: string;
}

export interface LoginEvent extends SessionEvent {
  readonly outcome: 'accepted' | 'refused';
  readonly secure: boolean;
}

export interface TransferEvent extends SessionEvent {
  readonly state: 'started' | 'done' | 'failed';
  /** RETR, STOR, STOU, APPE, LIST, NLST or MLSD. */
  readonly verb: string;
  readonly path: string;
  /** Octets of the file: read from or written to the storage so far. */
  readonly octets: number;
  readonly milliseconds: number;
  /** The final reply's code, once there is one. */
  readonly code?: number;
  readonly reason?: string;
  readonly mode: DataMode;
  /** How the data connection failed, where it was that. */
  readonly fault?: ConnectionFaultCode;
}

/** Something was changed, or refused, on the control connection. Passwords are never in it: it is of logged-in sessions only. */
export interface CommandEvent extends SessionEvent {
  readonly verb: string;
  /** As the client sent it, control characters escaped. */
  readonly argument: string;
  readonly code: number;
  /** What the storage or the system said, for the log. */
  readonly reason?: string;
}

/** A data connection was agreed on and never made. */
export interface UnreachedEvent extends SessionEvent {
  readonly mode: DataMode;
  /** What the client was told, or in active mode what it has named. 229 tells no host. */
  readonly announced: { readonly host?: string; readonly port: number };
  /** Of the client: 24 bits of an IPv4 address, 64 of an IPv6 one. */
  readonly network: string;
  /** So many were last announced to clients of this network in this way, at most 50, and so many of them never came. */
  readonly asked: number;
  readonly missed: number;
  /** What is likely: a private address was announced to a public client; the way to the server's ports, or to the client's, is closed. */
  readonly cause: 'private-address' | 'port-closed' | 'client-closed';
  /** All of it in words, with what to change. */
  readonly message: string;
}

/** `session` and `remote` are missing when it is of no session's doing. */
export interface WarningEvent extends Partial<SessionEvent> {
  readonly at: number;
  readonly code:
    | 'TLS_NOT_RESUMED'
    | 'TLS_TRUNCATED'
    | 'DISCARDED_BEFORE_TLS'
    | 'FOREIGN_PROTOCOL'
    | 'TOO_MANY_SESSIONS'
    | 'ACCEPT_FAILED'
    | 'LOGIN_FAILURES'
    | 'PINHOLES'
    | 'ZERO_COPY'
    | 'SOURCE_PORT'
    | 'PUBLIC_ADDRESS'
    | 'NEVER_CAME'
    /** The range is used up; once a minute. */
    | 'PASSIVE_PORTS'
    /** Somebody came to a passive port on which only others are expected; once a minute. */
    | 'DATA_STRANGER'
    | 'WORKER_ENDED'
    | 'WORKER_STARTED'
    | 'EVENTS_LOST'
    | 'INTERNAL';
  readonly message: string;
  /** With INTERNAL: what was thrown. */
  readonly cause?: unknown;
}

/** What a server emits. `connection` carries every step of both connections, and every line, of every session. */
export interface ServerEvents {
  connection: [event: ConnectionEvent & { readonly session: number }];
  login: [event: LoginEvent];
  command: [event: CommandEvent];
  transfer: [event: TransferEvent];
  unreached: [event: UnreachedEvent];
  warning: [event: WarningEvent];
}
