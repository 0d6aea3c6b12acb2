import type { FileMove, Move, MoveWatch } from '@twinport/ftp/server';
import type { MoverLimits } from './mover-messages.js';
import { MoverThread } from './mover-thread.js';

/** Moves files in a thread, which begins with the first of them, and again when it has died. */
export class Mover {
  readonly #limits: MoverLimits;
  #thread: MoverThread | undefined;

  constructor(limits: MoverLimits) {
    this.#limits = limits;
  }

  send(what: FileMove, watch: MoveWatch): Move | undefined {
    return this.#move(what, 'out', watch);
  }

  receive(what: FileMove, watch: MoveWatch): Move | undefined {
    return this.#move(what, 'in', watch);
  }

  #move(what: FileMove, direction: 'out' | 'in', watch: MoveWatch): Move | undefined {
    try {
      if (!this.#thread || this.#thread.ended) this.#thread = new MoverThread(this.#limits);
      return this.#thread.move(what, direction, watch);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      return { octets: 0, ended: Promise.resolve({ kind: 'refused', error }) };
    }
  }
}
