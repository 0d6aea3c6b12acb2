import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { PortPart } from '@twinport/ftp/server';
import { Answers, type Shared } from './answers.js';
import type { FromWorker, HappenedEvent, Happening, ToWorker } from './messages.js';

/** What a worker says last on stderr is why it ended. */
const LONGEST_LAST_WORDS = 2_000;

/** A client that has been let in. */
export interface Client {
  readonly socket: Socket;
  readonly session: number;
  readonly over: () => void;
}

/** How a worker ended, and what it leaves. */
export interface Ending {
  /** In words: `exit code 1: out of memory`, `SIGKILL`. */
  readonly how: string;
  /** Sessions that ended with it. */
  readonly sessions: number;
  /** Clients that it never got. */
  readonly clients: readonly Client[];
}

export interface WorkerProcessOptions {
  readonly script: string;
  readonly setup: unknown;
  readonly part: PortPart;
  readonly shared: Shared;
  readonly onReady: (worker: WorkerProcess) => void;
  readonly onEvent: (happening: HappenedEvent) => void;
  /** So many events were left out. */
  readonly onLost: (worker: WorkerProcess, events: number) => void;
  readonly onEnded: (worker: WorkerProcess, ending: Ending) => void;
}

/** A process that runs sessions, seen from the server's own. `worker.ts` is its other side. */
export class WorkerProcess {
  readonly started = performance.now();
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #options: WorkerProcessOptions;
  readonly #answers: Answers;
  readonly #clients = new Map<number, Client>();
  /** Sessions that the worker has not taken yet. */
  readonly #offered = new Set<number>();
  readonly #counting: ((transfers: number) => void)[] = [];
  #lastWords = '';

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#answers = new Answers(options.shared);
    this.#child = fork(options.script, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LONGEST_LAST_WORDS);
    });
    this.#child.on('message', (message: FromWorker) => this.#take(message));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(this.#ended(signal ?? `exit code ${code}`)));
      this.#child.on('error', (error) => {
        if (this.pid === undefined) resolve(this.#ended(error.message)); // it was never there to be closed
      });
    });
    this.send({ kind: 'start', setup: options.setup, part: options.part });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get sessions(): number {
    return this.#clients.size;
  }

  send(message: ToWorker): void {
    this.#child.send(message, () => {}); // a worker that is gone has said so, or will
  }

  adopt(client: Client): void {
    const { socket, session } = client;
    this.#clients.set(session, client);
    this.#offered.add(session);
    // Kept open until the worker has it: where that dies first, another can take it.
    this.#child.send({ kind: 'session', session } satisfies ToWorker, socket, { keepOpen: true }, () => {});
  }

  transfers(): Promise<number> {
    return new Promise((resolve) => {
      this.#counting.push(resolve);
      this.send({ kind: 'count' });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        return this.#options.onReady(this);
      case 'took':
        this.#offered.delete(message.session);
        this.#clients.get(message.session)?.socket.destroy();
        return;
      case 'happened':
        if (message.lost > 0) this.#options.onLost(this, message.lost);
        for (const happening of message.happenings) this.#happened(happening);
        return;
      case 'ask':
        void this.#answers.answer(message).then((answer) => this.send(answer));
        return;
      case 'shut':
        return this.#answers.shut(message.pinhole);
    }
  }

  #happened(happening: Happening): void {
    switch (happening.kind) {
      case 'event':
        return this.#options.onEvent(happening);
      case 'over':
        this.#clients.get(happening.session)?.over();
        this.#clients.delete(happening.session);
        return;
      case 'transfers':
        return this.#counting.shift()?.(happening.running);
    }
  }

  #ended(how: string): void {
    const clients = [...this.#clients.values()];
    const isOffered = ({ session }: Client): boolean => this.#offered.has(session);
    const lost = clients.filter((client) => !isOffered(client));
    for (const { over } of lost) over();
    for (const count of this.#counting) count(0);
    this.#answers.end();
    const lastWords = this.#lastWords.trim().replaceAll(/\s+/g, ' ');
    this.#options.onEnded(this, {
      how: lastWords === '' ? how : `${how}: ${lastWords}`,
      sessions: lost.length,
      clients: clients.filter(isOffered),
    });
  }
}
