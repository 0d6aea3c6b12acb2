import type { FailedCall } from './libc.js';
import type { Ending, MoveRequest } from './mover-messages.js';

/** What a system says that does not do such a thing: between these two, in this kernel, or in this sandbox (seccomp(2)). */
const REFUSALS: ReadonlySet<string> = new Set(['ENOSYS', 'EPERM', 'EACCES', 'EINVAL', 'EOPNOTSUPP']);

/** One file on its way, in the thread that moves it. */
export abstract class Moving {
  readonly id: number;
  readonly socket: number;
  /** The event of poll(2) that it waits for. */
  abstract readonly awaits: number;
  readonly #stallMs: number;
  readonly #octets: BigInt64Array;
  #progressed = performance.now();

  constructor({ id, socket, stallMs, octets }: MoveRequest) {
    this.id = id;
    this.socket = socket;
    this.#stallMs = stallMs;
    this.#octets = octets;
  }

  /** Moves what can be moved without waiting for the peer, up to the octets of a turn. */
  abstract turn(): Ending | undefined;

  /** Milliseconds that the peer has left. */
  patience(now: number): number {
    return this.#stallMs === 0 ? Infinity : Math.max(0, this.#progressed + this.#stallMs - now);
  }

  stalled(now: number): boolean {
    if (this.patience(now) > 0) return false;
    if (!this.progressedUnseen()) return true;
    this.progressed();
    return false;
  }

  /** Whether the peer has done something that poll(2) does not tell of. */
  protected abstract progressedUnseen(): boolean;

  protected progressed(): void {
    this.#progressed = performance.now();
  }

  protected count(octets: number): void {
    Atomics.add(this.#octets, 0, BigInt(octets));
  }
}

export function isRefusal({ code }: FailedCall): boolean {
  return REFUSALS.has(code);
}
