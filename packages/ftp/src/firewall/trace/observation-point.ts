import type { Vantage } from './vantage.js';

/** One interface of a vantage point. A router that was captured on all of them has two for a connection. */
export interface ObservationPoint {
  readonly vantage: Vantage;
  /** Unique. */
  readonly key: string;
  /** Whether it is our own program that tells of itself, instead of packets. */
  readonly program: boolean;
}
