import type { EventEmitter } from 'node:events';
import type { FromWorker, Happening } from './messages.js';

/** Events that wait for a slow reader; what comes on top of these is left out, and counted. */
const MAX_WAITING_EVENTS = 10_000;

/** Sends what happened in a worker, all of a turn in one message, and one message at a time. */
export class Outbox {
  readonly #send: (message: FromWorker) => Promise<void>;
  readonly #told = new Set<string>();
  #waiting: Happening[] = [];
  #lost = 0;
  #flushed: Promise<void> | undefined;

  constructor(send: (message: FromWorker) => Promise<void>) {
    this.#send = send;
  }

  /** Tells of a server's events of this name. */
  tell(server: EventEmitter, name: string): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    server.on(name, (event: object) => this.#event(name, cloneable(event)));
  }

  /** Of this nothing is left out. */
  post(happening: Happening): void {
    this.#waiting.push(happening);
    this.#flushed ??= this.#sendAll();
  }

  /** Resolves when everything is sent. */
  async flush(): Promise<void> {
    while (this.#flushed) await this.#flushed;
  }

  #event(name: string, event: object): void {
    if (this.#waiting.length < MAX_WAITING_EVENTS) this.post({ kind: 'event', name, event });
    else this.#lost += 1;
  }

  async #sendAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const [happenings, lost] = [this.#waiting, this.#lost];
      [this.#waiting, this.#lost] = [[], 0];
      await this.#send({ kind: 'happened', happenings, lost });
    }
    this.#flushed = undefined;
  }
}

/** What was thrown may hold anything, of which only its text is of use elsewhere. */
function cloneable(event: object): object {
  if (!('cause' in event)) return event;
  const { cause } = event;
  if (!(cause instanceof Error)) return { ...event, cause: String(cause) };
  const { message, stack } = cause;
  return { ...event, cause: Object.assign(new Error(message), { stack }) };
}
