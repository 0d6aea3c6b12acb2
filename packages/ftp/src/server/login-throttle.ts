import { addressBytes } from '../protocol/index.js';
import type { Limits } from './limits.js';

/** What is remembered of wrong passwords, so that guessing gets slower whoever connects anew. It may be asked elsewhere: one memory for several servers. */
export interface LoginMemory {
  failed(address: string, user: string): void | Promise<void>;
  /** Forgives the mistyped passwords of this user. A login as somebody else proves nothing of who was guessing. */
  succeeded(address: string, user: string): void | Promise<void>;
  /** Milliseconds that the next answer to a login of this address is held back. */
  delayOf(address: string): number | Promise<number>;
}

/** Remembers wrong passwords by address. */
export class LoginThrottle implements LoginMemory {
  readonly #limits: Pick<Limits, 'loginDelayMs' | 'maxRememberedAddresses' | 'loginMemoryMs'>;
  /** `user`: who all of them were for, undefined once there were several. */
  readonly #failures = new Map<string, { count: number; last: number; user: string | undefined }>();

  constructor(limits: Pick<Limits, 'loginDelayMs' | 'maxRememberedAddresses' | 'loginMemoryMs'>) {
    this.#limits = limits;
  }

  failed(address: string, user: string): void {
    const network = networkOf(address);
    const before = this.#failures.get(network);
    const count = this.#count(address) + 1;
    this.#failures.delete(network);
    this.#failures.set(network, {
      count,
      last: Date.now(),
      user: count === 1 || before?.user === user ? user : undefined,
    });
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > this.#limits.maxRememberedAddresses && !oldest.done) this.#failures.delete(oldest.value);
  }

  succeeded(address: string, user: string): void {
    const network = networkOf(address);
    if (this.#failures.get(network)?.user === user) this.#failures.delete(network);
  }

  delayOf(address: string): number {
    const count = this.#count(address);
    return count === 0 ? 0 : this.#limits.loginDelayMs * 2 ** Math.min(count - 1, 6);
  }

  #count(address: string): number {
    const known = this.#failures.get(networkOf(address));
    return known && Date.now() - known.last < this.#limits.loginMemoryMs ? known.count : 0;
  }
}

/** Who has an IPv6 address has its whole /64. */
function networkOf(address: string): string {
  const bytes = addressBytes(address);
  return bytes?.length === 16 ? Buffer.from(bytes.subarray(0, 8)).toString('hex') : address;
}
