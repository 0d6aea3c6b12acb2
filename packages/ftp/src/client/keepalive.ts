import type { PendingReply } from './pending-reply.js';
import type { ClientSession } from './session.js';

/**
 * NOOP on the control connection while a transfer runs, so that no firewall forgets it. One at a time: a server that answers only
 * behind the transfer gets no second one.
 */
export class Keepalive {
  readonly #session: ClientSession;
  #timer: NodeJS.Timeout | undefined;
  #noop: PendingReply | undefined;

  constructor(session: ClientSession) {
    this.#session = session;
    const { keepaliveMs } = session.core.settings.limits;
    if (keepaliveMs > 0) this.#timer = setInterval(() => this.#beat(), keepaliveMs);
  }

  /** Resolves when every NOOP has its answer, so that it is not taken for the next command's; or the session is ended. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#noop || this.#noop.settled || this.#session.ended) return;
    this.#session.expectWithin(this.#session.core.settings.limits.abortMs);
    await this.#noop.final.catch(() => {}); // then the session has ended
  }

  #beat(): void {
    if (this.#session.ended || (this.#noop && !this.#noop.settled)) return;
    this.#noop = this.#session.send('NOOP');
  }
}
