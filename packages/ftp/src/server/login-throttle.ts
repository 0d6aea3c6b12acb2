import type { Limits } from './limits.js';

/** Remembers wrong passwords by address, so that guessing gets slower whoever connects anew. */
export class LoginThrottle {
  readonly #limits: Pick<Limits, 'loginDelayMs' | 'maxRememberedAddresses' | 'loginMemoryMs'>;
  readonly #failures = new Map<string, { count: number; last: number }>();
  readonly #waiting = new Set<() => void>();

  constructor(limits: Pick<Limits, 'loginDelayMs' | 'maxRememberedAddresses' | 'loginMemoryMs'>) {
    this.#limits = limits;
  }

  failed(address: string): void {
    const count = this.#count(address) + 1;
    this.#failures.delete(address);
    this.#failures.set(address, { count, last: Date.now() });
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > this.#limits.maxRememberedAddresses && !oldest.done) this.#failures.delete(oldest.value);
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  /** Milliseconds that the next answer to a login of this address is held back. */
  delayOf(address: string): number {
    const count = this.#count(address);
    return count === 0 ? 0 : this.#limits.loginDelayMs * 2 ** Math.min(count - 1, 6);
  }

  /** Waits that long, or until the throttle is closed or `signal` aborts. */
  async hold(address: string, signal: AbortSignal): Promise<void> {
    const milliseconds = this.delayOf(address);
    if (milliseconds === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(over);
        signal.removeEventListener('abort', over);
        resolve();
      };
      const timer = setTimeout(over, milliseconds);
      this.#waiting.add(over);
      signal.addEventListener('abort', over);
    });
  }

  close(): void {
    for (const over of this.#waiting) over();
  }

  #count(address: string): number {
    const known = this.#failures.get(address);
    return known && Date.now() - known.last < this.#limits.loginMemoryMs ? known.count : 0;
  }
}
