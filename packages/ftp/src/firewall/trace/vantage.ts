import type { Place } from '../rules/index.js';

/** Where a capture was made. Packets with the same vantage share a clock. */
export interface Vantage {
  /** Tells it from the others: the name of the file, say. */
  readonly name: string;
  /** Undefined: found out from how far packets have come (their TTL). */
  readonly role?: Place['role'] | undefined;
}
