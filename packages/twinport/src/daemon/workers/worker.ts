import type { Socket } from 'node:net';
import {
  type LoginMemory,
  type Pinholes,
  type PortPart,
  type Server,
  type ServerChanges,
  type ServerOptions,
  createServer,
} from '@twinport/ftp/server';
import type { FromWorker, Question, ToWorker } from './messages.js';
import { Outbox } from './outbox.js';

/** What all workers have in common, and the server's own process keeps. */
export interface Shared {
  readonly throttle: LoginMemory;
  readonly pinholes: Pinholes;
}

/** The options of the server that adopts this worker's sessions, from what the server's own process has sent. */
export type OptionsOf<Setup> = (setup: Setup, shared: Shared) => Promise<ServerOptions>;

type Answer = Extract<ToWorker, { kind: 'answer' }>;

/** The side of a worker: a process that was forked by `WorkerProcess`. It ends with the process that forked it. */
class Worker<Setup> {
  readonly #optionsOf: OptionsOf<Setup>;
  readonly #outbox = new Outbox(send);
  readonly #asked = new Map<number, (answer: Answer) => void>();
  readonly #shared: Shared = {
    throttle: {
      delayOf: async (address) => (await this.#ask({ about: 'delay', address })) ?? 0,
      failed: async (address, user) => void (await this.#ask({ about: 'failed', address, user })),
      succeeded: async (address, user) => void (await this.#ask({ about: 'succeeded', address, user })),
    },
    pinholes: {
      open: async (hole) => {
        const pinhole = (await this.#ask({ about: 'pinhole', hole })) ?? 0;
        return () => void send({ kind: 'shut', pinhole });
      },
    },
  };
  /** Resolves when the server is as it was last said to be. */
  #settled: Promise<void> = Promise.resolve();
  #server: Server | undefined;
  #lastQuestion = 0;

  constructor(optionsOf: OptionsOf<Setup>) {
    this.#optionsOf = optionsOf;
  }

  async take(message: ToWorker<Setup>, socket: Socket | undefined): Promise<void> {
    switch (message.kind) {
      case 'start':
        return await this.#settle(() => this.#start(message.setup, message.part));
      case 'update':
        return await this.#settle(() => this.#update(message.setup));
      case 'session':
        return await this.#adopt(message.session, socket);
      case 'tell':
        if (this.#server) this.#outbox.tell(this.#server, message.name);
        return;
      case 'answer':
        return this.#asked.get(message.id)?.(message);
      case 'count':
        await this.#settled;
        return this.#outbox.post({ kind: 'transfers', running: (await this.#server?.transfers()) ?? 0 });
      case 'end':
        return await this.#end(message.how);
    }
  }

  #settle(step: () => Promise<void>): Promise<void> {
    this.#settled = this.#settled.then(step);
    return this.#settled;
  }

  async #start(setup: Setup, passivePart: PortPart): Promise<void> {
    this.#server = createServer({ ...(await this.#optionsOf(setup, this.#shared)), passivePart });
    await send({ kind: 'ready' });
  }

  async #update(setup: Setup): Promise<void> {
    this.#server?.update(changesOf(await this.#optionsOf(setup, this.#shared)));
  }

  async #adopt(session: number, socket: Socket | undefined): Promise<void> {
    void send({ kind: 'took', session });
    await this.#settled;
    // A client that has gone before it got here comes without its socket.
    if (socket) await this.#server?.adopt(socket, session);
    this.#outbox.post({ kind: 'over', session });
  }

  async #end(how: 'close' | 'destroy'): Promise<void> {
    await this.#server?.[how]();
    await this.#outbox.flush();
    process.exit();
  }

  #ask(question: Question): Promise<number | undefined> {
    const id = ++this.#lastQuestion;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ value, fault }) => {
        this.#asked.delete(id);
        if (fault === undefined) resolve(value);
        else reject(new Error(fault));
      });
      void send({ kind: 'ask', id, question });
    });
  }
}

/** Those options that a server can be given while it runs. */
function changesOf(options: ServerOptions): ServerChanges {
  const {
    accounts,
    passivePorts,
    advertisedPorts,
    sharePassivePorts,
    publicAddress,
    greeting,
    limits = {},
    tls,
  } = options;
  const passive = { passivePorts, advertisedPorts, sharePassivePorts, publicAddress };
  return { accounts, ...passive, greeting, limits, ...(tls && { tls }) };
}

/** Resolves when the message is on its way. A process that is gone needs none. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

/** Runs sessions in this process until the one that forked it says so, or ends. */
export function runWorker<Setup>(optionsOf: OptionsOf<Setup>): void {
  const worker = new Worker(optionsOf);
  process.on('message', (message: ToWorker<Setup>, socket: Socket | undefined) => {
    worker.take(message, socket).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
    });
  });
  process.on('disconnect', () => process.exit());
  // Terminals and service managers signal every process of a server; who is asked is the one that forked this.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}
