import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Server, ServerOptions, Workers } from '@twinport/ftp/server';
import { type Client, type Ending, WorkerProcess } from './worker-process.js';

/** Before a worker that has ended is started again; twice as long each time that it ends soon. */
const RESTART_MS = 100;
/** A worker that lived so long has not ended soon. */
const STEADY_MS = 60_000;
/** Times in a row that a worker which ends soon is started again. */
const MAX_RESTARTS = 5;
/** Longer than the drain limit a worker does not take, unless it is stuck. */
const STUCK_MS = 5_000;

export interface WorkerPoolOptions {
  readonly count: number;
  /** The module that workers run: it calls `runWorker`. */
  readonly script: string;
  /** Of the server's options, what its `OptionsOf` is given: anything that can be cloned. */
  readonly setup: (options: ServerOptions) => unknown;
}

/** The workers cannot be kept running. */
export class WorkersFault extends Error {
  override readonly name = 'WorkersFault';
  readonly code = 'workers';
}

/** For one worker after the other. */
interface Place {
  readonly number: number;
  worker?: WorkerProcess;
  restarts: number;
  restart?: NodeJS.Timeout;
}

/** Whoever waits for the workers to be there for the first time. */
interface Starting {
  readonly done: () => void;
  readonly failed: (fault: WorkersFault) => void;
}

/** The sessions of one server, spread over processes. What they have in common stays in this one. */
export class WorkerPool implements Workers {
  /** Resolves when no worker is left, each having ended too often. */
  readonly failed: Promise<WorkersFault>;
  #fail: (fault: WorkersFault) => void = () => {};
  readonly #places: Place[] = [];
  /** Those that take sessions, in the order in which they were last given one. */
  #ready: WorkerProcess[] = [];
  /** Clients that no worker was there for. */
  #waiting: Client[] = [];
  #starting: Starting | undefined;
  #server: Server | undefined;
  #setup: WorkerPoolOptions['setup'] = () => undefined;
  #ending = false;
  #warn: (code: 'WORKER_ENDED' | 'WORKER_STARTED' | 'EVENTS_LOST', message: string) => void = () => {};

  constructor() {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /** Starts the workers of a server that listens. Resolves when all are there; rejects with WorkersFault, none being left. */
  async start(server: Server, options: WorkerPoolOptions): Promise<void> {
    this.#server = server;
    this.#setup = options.setup;
    this.#warn = (code, message) => server.emit('warning', { at: Date.now(), code, message });
    const emitter: EventEmitter = server;
    emitter.on('newListener', (name: string) => {
      for (const worker of this.#ready) worker.send({ kind: 'tell', name });
    });
    for (let number = 1; number <= options.count; number += 1) this.#places.push({ number, restarts: 0 });
    await new Promise<void>((done, failed) => {
      this.#starting = { done, failed };
      for (const place of this.#places) this.#startIn(place, server, options);
    });
    this.#starting = undefined;
  }

  take(socket: Socket, session: number): Promise<void> {
    socket.on('error', () => {}); // whoever gets it sees for itself
    return new Promise((over) => this.#assign({ socket, session, over }));
  }

  update(options: ServerOptions): void {
    const setup = this.#setup(options);
    for (const { worker } of this.#places) worker?.send({ kind: 'update', setup });
  }

  async transfers(): Promise<number> {
    const counts = await Promise.all(this.#ready.map((worker) => worker.transfers()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    if (!this.#ending) this.#end('close');
    const workers = this.#places.flatMap(({ worker }) => worker ?? []);
    const stuck = setTimeout(
      () => {
        for (const worker of workers) worker.kill();
      },
      (this.#server?.limits.drainMs ?? 0) + STUCK_MS,
    );
    await Promise.all(workers.map((worker) => worker.ended));
    clearTimeout(stuck);
  }

  destroy(): void {
    this.#end('destroy');
  }

  #end(how: 'close' | 'destroy'): void {
    this.#ending = true;
    this.#dismiss();
    for (const { worker, restart } of this.#places) {
      clearTimeout(restart);
      if (!worker) continue;
      if (this.#ready.includes(worker)) worker.send({ kind: 'end', how });
      else worker.kill();
    }
  }

  #startIn(place: Place, server: Server, options: WorkerPoolOptions): void {
    const emitter: EventEmitter = server;
    place.worker = new WorkerProcess({
      script: options.script,
      setup: options.setup(server.options),
      part: { index: place.number - 1, count: options.count },
      shared: { throttle: server.throttle, pinholes: server.options.pinholes },
      onReady: (worker) => {
        for (const name of namesOf(emitter)) worker.send({ kind: 'tell', name });
        this.#isReady(place, worker);
      },
      onEvent: ({ name, event }) => emitter.emit(name, event),
      onLost: (worker, events) =>
        this.#warn('EVENTS_LOST', `${events} events of process ${worker.pid} came too fast to be told`),
      onEnded: (worker, ending) => {
        this.#ended(place, worker, ending);
        if (place.restarts > MAX_RESTARTS || this.#ending) return;
        const delay = RESTART_MS * 2 ** (place.restarts - 1);
        place.restart = setTimeout(() => this.#startIn(place, server, options), delay);
      },
    });
  }

  #isReady({ number, restarts }: Place, worker: WorkerProcess): void {
    this.#ready.push(worker);
    if (restarts > 0) this.#warn('WORKER_STARTED', `worker ${number} is there again, as process ${worker.pid}`);
    for (const client of this.#waiting.splice(0)) this.#assign(client);
    if (this.#ready.length === this.#places.length) this.#starting?.done();
  }

  /** To the worker with the fewest sessions, of several to the one that has waited longest. */
  #assign(client: Client): void {
    const [first, ...others] = this.#ready;
    if (!first || this.#ending) {
      this.#waiting.push(client);
      return;
    }
    const worker = others.reduce((least, each) => (each.sessions < least.sessions ? each : least), first);
    this.#ready = [...this.#ready.filter((each) => each !== worker), worker];
    worker.adopt(client);
  }

  #ended(place: Place, worker: WorkerProcess, { how, sessions, clients }: Ending): void {
    delete place.worker;
    this.#ready = this.#ready.filter((each) => each !== worker);
    for (const client of clients) this.#assign(client);
    if (this.#ending) return this.#dismiss();
    const { number } = place;
    if (this.#starting) {
      this.#end('destroy');
      return this.#starting.failed(new WorkersFault(`worker ${number} did not start: ${how}`));
    }
    place.restarts = performance.now() - worker.started < STEADY_MS ? place.restarts + 1 : 1;
    const again = place.restarts > MAX_RESTARTS ? 'too often in a row to be started again' : 'it is started again';
    const taken = `${sessions} ${sessions === 1 ? 'session' : 'sessions'} ended with it`;
    this.#warn('WORKER_ENDED', `worker ${number}, process ${worker.pid}: ${how}; ${taken}; ${again}`);
    if (this.#places.every(({ restarts }) => restarts > MAX_RESTARTS))
      this.#fail(new WorkersFault(`no worker can be kept running; the last one: ${how}`));
  }

  /** Of clients that no worker will be there for. */
  #dismiss(): void {
    for (const { socket, over } of this.#waiting.splice(0)) {
      socket.destroy();
      over();
    }
  }
}

/** Who is told of a new listener is none of a worker's. */
function namesOf(emitter: EventEmitter): readonly string[] {
  return emitter.eventNames().flatMap((name) => (typeof name === 'string' && name !== 'newListener' ? [name] : []));
}
