import { setTimeout as delay } from 'node:timers/promises';
import { usageError } from './usage-error.js';

/** Shorter waits are added up: a timer is no more exact than this. */
const SHORTEST_WAIT_MS = 5;

/** Milliseconds of one pause at most, where nobody else takes from the same limit. */
const PORTION_MS = 250;

/** Throws FtpError('USAGE') for what is no rate. */
export function checkRate(option: string, rate: number | undefined): void {
  if (rate === undefined || (typeof rate === 'number' && rate >= 0)) return;
  throw usageError(`${option}: ${rate} is no number of octets a second; 0 is no limit`);
}

/** Holds octets to so many a second; shared by whatever runs at the same time. */
export class RateLimiter {
  readonly #perSecond: number;
  /** When all that was let through so far is due. */
  #due = 0;

  /** 0: no limit. */
  constructor(octetsPerSecond: number) {
    this.#perSecond = octetsPerSecond;
  }

  /** Octets to be taken at a time: what happens meanwhile is noticed, and progress told, between two pauses. */
  get portion(): number {
    return this.#perSecond > 0 ? Math.ceil((this.#perSecond * PORTION_MS) / 1_000) : Infinity;
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

/** The same octets, so many at a time. */
export function* portionsOf(chunks: readonly Uint8Array[], octets: number): Generator<readonly Uint8Array[]> {
  if (octets === Infinity) return yield chunks;
  for (const chunk of chunks) for (let at = 0; at < chunk.length; at += octets) yield [chunk.subarray(at, at + octets)];
}
