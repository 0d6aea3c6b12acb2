import type { Core } from './core.js';
import { FtpError } from './errors.js';
import type { ClientSession } from './session.js';
import { abortError } from './until-aborted.js';

interface Waiting {
  readonly go: (session: ClientSession | undefined) => void;
  readonly fail: (error: FtpError) => void;
}

/** Calls that wait for a connection, in order. They fail when none of the connections they wait for makes any progress. */
export class WaitingCalls {
  readonly #core: Core;
  readonly #waiting: Waiting[] = [];
  /** Runs while calls wait, from the last progress of any connection. */
  #clock: NodeJS.Timeout | undefined;

  constructor(core: Core) {
    this.#core = core;
    core.onProgress = () => this.#clock?.refresh();
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves when it is this call's turn: with a connection, or with undefined where it may make one. */
  wait(signal: AbortSignal | undefined): Promise<ClientSession | undefined> {
    const { maxQueue, queueMs } = this.#core.settings.limits;
    if (this.#waiting.length >= maxQueue) {
      throw new FtpError('LIMIT', `${maxQueue} calls wait for a connection already (limits.maxQueue)`, {
        phase: 'usage',
      });
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.fail(abortError(signal));
      };
      const settled = (): void => {
        signal?.removeEventListener('abort', onAbort);
        if (this.#waiting.length > 0) return;
        clearTimeout(this.#clock);
        this.#clock = undefined;
      };
      const waiting: Waiting = {
        go: (session) => {
          settled();
          resolve(session);
        },
        fail: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#clock ??= setTimeout(() => this.#giveUp(), queueMs);
    });
  }

  /** Whoever has waited longest goes on. */
  next(session: ClientSession | undefined): void {
    this.#waiting.shift()?.go(session);
  }

  failNext(error: FtpError): void {
    this.#waiting.shift()?.fail(error);
  }

  failAll(error: FtpError): void {
    for (const waiting of this.#waiting.splice(0)) waiting.fail(error);
  }

  /** The calls that hold the connections do nothing with them: those that wait would wait for ever. */
  #giveUp(): void {
    const { queueMs } = this.#core.settings.limits;
    this.failAll(
      new FtpError('BUSY', `No connection became free, or made any progress, for ${queueMs} ms (limits.queueMs)`, {
        phase: 'usage',
        hint: 'Another call holds the connection and does nothing with it: a stream that nobody reads, or a session that was not ended.',
      }),
    );
  }
}
