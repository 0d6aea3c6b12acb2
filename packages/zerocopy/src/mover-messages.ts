import type { MoveEnd } from '@twinport/ftp/server';
import type { FailedCall } from './libc.js';

export interface MoverLimits {
  readonly maxMoves: number;
  readonly octetsPerTurn: number;
}

/** What a new thread is given. */
export interface MoverSetup extends MoverLimits {
  /** An eventfd(2) that is written to when there are requests. */
  readonly wakeup: number;
}

/** A move with descriptors of its own, which stay open until it has ended. */
export interface MoveRequest {
  readonly kind: 'move';
  readonly id: number;
  readonly socket: number;
  readonly file: number;
  readonly position: number;
  readonly length: number;
  readonly stallMs: number;
  /** Where the octets moved so far are counted. */
  readonly octets: BigInt64Array;
  /** For what is received: the end to read from and the end to write to of what splice(2) goes through. */
  readonly pipe: readonly [read: number, write: number] | undefined;
}

/** `stop`: leave everything, the process ends. */
export type MoverRequest = MoveRequest | { readonly kind: 'abort'; readonly id: number } | { readonly kind: 'stop' };

/** A {@link MoveEnd} in what can be sent from thread to thread. */
export interface Ending {
  readonly kind: Exclude<MoveEnd['kind'], 'lost'>;
  readonly failed?: FailedCall;
}

export interface MoveEnded {
  readonly id: number;
  readonly ending: Ending;
}
