import { Worker } from 'node:worker_threads';

/** Without work, after which a thread ends: it takes 11 MB. */
const IDLE_MS = 60_000;

/** The first message of a thread: it takes requests from now on. */
export const READY = 'ready';

export interface ThreadHooks<Report> {
  readonly onReport: (report: Report) => void;
  /** Nothing comes after it, and requests lead nowhere. */
  readonly onExit: (error: Error) => void;
}

/** A thread beside the event loop. It keeps no process alive but for its work, and ends after a minute without any. */
export class Thread<Request, Report> {
  readonly #worker: Worker;
  #work = 0;
  #ready = false;
  #ended = false;
  #failure: Error | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** `program` is a file beside this one, which is given `workerData`. */
  constructor(program: string, workerData: unknown, { onReport, onExit }: ThreadHooks<Report>) {
    // What Node.js was started with may not be for threads (--input-type).
    this.#worker = new Worker(new URL(program, import.meta.url), { workerData, execArgv: [] });
    this.#worker.on('message', (message: Report | typeof READY) => {
      if (message === READY) this.#ready = true;
      else onReport(message);
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
    });
    this.#worker.on('exit', () => {
      this.#ended = true;
      onExit(this.#failure ?? new Error(`the thread of ${program} has ended`));
      clearTimeout(this.#idle);
    });
    this.#rest(); // only now: whoever listens for messages keeps the process alive
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Takes no more work. */
  get ended(): boolean {
    return this.#ended;
  }

  request(request: Request): void {
    this.#worker.postMessage(request, []);
  }

  /** Call once for each piece of work, and {@link finish} when it is done. */
  begin(): void {
    this.#work += 1;
    if (this.#work > 1) return;
    clearTimeout(this.#idle);
    this.#worker.ref();
  }

  finish(): void {
    this.#work -= 1;
    if (this.#work === 0) this.#rest();
  }

  #rest(): void {
    this.#worker.unref();
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  #end(): void {
    this.#ended = true;
    void this.#worker.terminate();
  }
}
