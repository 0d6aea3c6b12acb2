import { abortError } from './until-aborted.js';

interface Waiting {
  readonly count: number;
  readonly go: () => void;
}

/**
 * For work that holds connections of two clients at the same time: it takes a place for each, of as many as there are connections.
 * So none waits for a connection that others hold while they wait for its own. Places are given in order.
 */
export class Places {
  readonly #most: () => number;
  #taken = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most: () => number) {
    this.#most = most;
  }

  /** Rejects with ABORTED where the signal comes before there is a place. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, count = 1): Promise<T> {
    await this.#take(count, signal);
    try {
      return await work();
    } finally {
      this.#taken -= count;
      this.#next();
    }
  }

  #take(count: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(abortError(signal));
        this.#next();
      };
      const go = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const waiting: Waiting = { count, go };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      if (signal.aborted) onAbort();
      else this.#next();
    });
  }

  #next(): void {
    for (let next = this.#waiting[0]; next && this.#hasRoomFor(next.count); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.count;
      next.go();
    }
  }

  /** The number of connections may have become smaller. */
  #hasRoomFor(count: number): boolean {
    return this.#taken === 0 || this.#taken + count <= this.#most();
  }
}
