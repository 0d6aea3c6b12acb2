import type { Limits } from './limits.js';

/** Counts sessions, in all and of each address, and lets in no more than the limits say. */
export class Admission {
  readonly #limits: Pick<Limits, 'maxSessions' | 'maxSessionsPerAddress'>;
  readonly #perAddress = new Map<string, number>();
  #sessions = 0;

  constructor(limits: Pick<Limits, 'maxSessions' | 'maxSessionsPerAddress'>) {
    this.#limits = limits;
  }

  /** Whether one more of the address may come in; then it is counted until it has `left`. */
  admits(address: string): boolean {
    const fromAddress = (this.#perAddress.get(address) ?? 0) + 1;
    if (this.#sessions >= this.#limits.maxSessions || fromAddress > this.#limits.maxSessionsPerAddress) return false;
    this.#sessions += 1;
    this.#perAddress.set(address, fromAddress);
    return true;
  }

  left(address: string): void {
    this.#sessions -= 1;
    const still = (this.#perAddress.get(address) ?? 1) - 1;
    if (still > 0) this.#perAddress.set(address, still);
    else this.#perAddress.delete(address);
  }
}
