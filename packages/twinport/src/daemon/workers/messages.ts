import type { Pinhole, PortPart } from '@twinport/ftp/server';

export interface HappenedEvent {
  readonly kind: 'event';
  readonly name: string;
  readonly event: object;
}

/** What a worker tells of its sessions, in the order it happened. */
export type Happening =
  | HappenedEvent
  | { readonly kind: 'over'; readonly session: number }
  /** The answer to `count`. */
  | { readonly kind: 'transfers'; readonly running: number };

/** What only the server's own process knows, or may do. */
export type Question =
  | { readonly about: 'delay'; readonly address: string }
  | { readonly about: 'failed' | 'succeeded'; readonly address: string; readonly user: string }
  | { readonly about: 'pinhole'; readonly hole: Pinhole };

/** What a worker is told; of the first its server is made. */
export type ToWorker<Setup = unknown> =
  | { readonly kind: 'start'; readonly setup: Setup; readonly part: PortPart }
  /** Of this one its server is to be, for clients that come behind it. */
  | { readonly kind: 'update'; readonly setup: Setup }
  /** Its socket comes with it. */
  | { readonly kind: 'session'; readonly session: number }
  /** From now on events of this name are wanted too. */
  | { readonly kind: 'tell'; readonly name: string }
  /** `value`: milliseconds of a delay, the number of a pinhole. */
  | { readonly kind: 'answer'; readonly id: number; readonly value?: number; readonly fault?: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'end'; readonly how: 'close' | 'destroy' };

export type FromWorker =
  | { readonly kind: 'ready' }
  /** From now on the client is this worker's. */
  | { readonly kind: 'took'; readonly session: number }
  /** `lost`: events left out before these, since they could not be told fast enough. */
  | { readonly kind: 'happened'; readonly happenings: readonly Happening[]; readonly lost: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'shut'; readonly pinhole: number };
