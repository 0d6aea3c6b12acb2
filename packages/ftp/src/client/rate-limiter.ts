import { setTimeout as delay } from 'node:timers/promises';

/** Shorter waits are added up: a timer is no more exact than this. */
const SHORTEST_WAIT_MS = 5;

/** Holds octets to so many a second; shared by whatever runs at the same time. */
export class RateLimiter {
  readonly #perSecond: number;
  /** When all that was let through so far is due. */
  #due = 0;

  /** 0: no limit. */
  constructor(octetsPerSecond: number) {
    this.#perSecond = octetsPerSecond;
  }

  /** Undefined when these octets may go on at once. */
  take(octets: number, signal?: AbortSignal): Promise<void> | undefined {
    if (this.#perSecond <= 0) return undefined;
    const now = performance.now();
    this.#due = Math.max(this.#due, now) + (octets / this.#perSecond) * 1_000;
    const wait = this.#due - now;
    return wait < SHORTEST_WAIT_MS ? undefined : delay(wait, undefined, signal ? { signal } : {});
  }
}
