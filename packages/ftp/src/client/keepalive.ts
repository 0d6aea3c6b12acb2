import type { PendingReply } from './pending-reply.js';
import type { ClientSession } from './session.js';

/**
 * NOOP on a control connection that would be silent: while there is nothing to do, so that neither the server nor a firewall forgets
 * it, and while a transfer runs, so that no firewall does. One at a time: a server that answers only behind the transfer gets no second one.
 */
export class Keepalive {
  readonly #session: ClientSession;
  #timer: NodeJS.Timeout | undefined;
  #noop: PendingReply | undefined;
  #wanted = false;

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** The first goes out `limits.keepaliveMs` from now. */
  begin(): void {
    const { keepaliveMs } = this.#session.core.settings.limits;
    if (keepaliveMs === 0 || this.#session.ended) return;
    this.#wanted = true;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setInterval(() => this.#beat(), keepaliveMs);
  }

  /** None is sent until it begins again. */
  pause(): void {
    this.#wanted = false;
  }

  /** Resolves when every NOOP has its answer, so that it is not taken for the next command's; or the session is ended. */
  async end(): Promise<void> {
    this.pause();
    if (!this.#noop || this.#noop.settled || this.#session.ended) return;
    this.#session.expectWithin(this.#session.core.settings.limits.abortMs);
    await this.#noop.final.catch(() => {}); // then the session has ended
  }

  /** For good. */
  stop(): void {
    this.pause();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    if (!this.#wanted || this.#session.ended || (this.#noop && !this.#noop.settled)) return;
    this.#noop = this.#session.send('NOOP');
  }
}
