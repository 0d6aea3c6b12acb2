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
  warning: [event: WarningEvent];
}
