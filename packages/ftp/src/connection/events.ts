import type { Endpoint } from '../protocol/index.js';
import type { ConnectionFaultCode } from './connection-fault.js';

export type Side = 'client' | 'server';
export type DataMode = 'active' | 'passive';
export type DataRole = 'listen' | 'dial';

/** What is known of a TLS layer once its handshake is over. */
export interface TlsFacts {
  /** 'TLSv1.2' or 'TLSv1.3'. */
  readonly protocol: string;
  readonly cipher: string;
  /** Whether the session of another connection was resumed (RFC 4217 §10.2 asks for it on data connections). */
  readonly resumed: boolean;
}

/** A step in the life of a control connection. Times are milliseconds since the epoch. */
export interface ControlEvent {
  readonly kind: 'control';
  readonly at: number;
  readonly state: 'open' | 'secured' | 'cleared' | 'closed';
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly tls?: TlsFacts;
  /** Why it closed, in words. */
  readonly reason?: string;
}

/** A command or reply line as it crossed the wire; secrets masked, control characters escaped. */
export interface LineEvent {
  readonly kind: 'line';
  readonly at: number;
  /** 'in' is towards us. */
  readonly direction: 'in' | 'out';
  readonly text: string;
}

export type DataState = 'offered' | 'opening' | 'open' | 'done' | 'failed';

/** A step in the life of a data connection. */
export interface DataEvent {
  readonly kind: 'data';
  readonly at: number;
  /** `refused` and `note` tell of something that does not change the state: a stranger turned away, a source port that was not to be had. */
  readonly state: DataState | 'refused' | 'note';
  readonly mode: DataMode;
  readonly side: Side;
  readonly role: DataRole;
  readonly local?: Endpoint;
  readonly remote?: Endpoint;
  readonly tls?: TlsFacts;
  readonly reason?: string;
  /** Of `failed`. */
  readonly code?: ConnectionFaultCode;
}

export type ConnectionEvent = ControlEvent | LineEvent | DataEvent;
export type ConnectionListener = (event: ConnectionEvent) => void;
