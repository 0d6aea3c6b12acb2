import { Worker } from 'node:worker_threads';
import type { FileMove, Move, MoveEnd, MoveWatch } from '@twinport/ftp/server';
import { type HeldDescriptors, holdDescriptors } from './held-descriptors.js';
import { checked, libc, systemError } from './libc.js';
import type { Ending, MoverLimits, MoverReport, MoverRequest, MoverSetup } from './mover-messages.js';

const EFD_CLOEXEC = 0o2_000_000;
const EFD_NONBLOCK = 0o4000;
/** Without anything to move, after which the thread ends: it takes 11 MB. */
const IDLE_MS = 60_000;

/** A thread that moves files, seen from outside. It keeps no process alive but for what it moves. */
export class MoverThread {
  readonly #limits: MoverLimits;
  readonly #wakeup = checked('eventfd', libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  readonly #worker: Worker;
  readonly #moves = new Map<number, (end: MoveEnd) => void>();
  #lastMove = 0;
  #ready = false;
  #ended = false;
  #failure: Error | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(limits: MoverLimits) {
    this.#limits = limits;
    const workerData: MoverSetup = { ...limits, wakeup: this.#wakeup };
    // What Node.js was started with may not be for threads (--input-type).
    this.#worker = new Worker(new URL('mover-main.js', import.meta.url), { workerData, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (report: MoverReport) => {
      if (report.kind === 'ready') this.#ready = true;
      else this.#settle(report.id, endOf(report.ending));
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
    });
    this.#worker.on('exit', () => this.#exited());
    process.on('exit', this.#leave);
  }

  /** Takes no more moves. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Undefined when it has as many as it takes. */
  move(what: FileMove, direction: 'out' | 'in', { signal, stallMs }: MoveWatch): Move | undefined {
    const { maxMoves, octetsPerTurn } = this.#limits;
    if (this.#moves.size >= maxMoves) return undefined;
    const held = holdDescriptors(what, direction === 'in' ? octetsPerTurn : undefined);
    const { socket, file, pipe } = held;
    const { position, length } = what;
    const octets = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
    const id = ++this.#lastMove;
    const ended = this.#settled(id, held, signal);
    this.#request({ kind: 'move', id, socket, file, pipe, position, length, stallMs, octets });
    if (signal.aborted) this.#request({ kind: 'abort', id });
    return {
      get octets() {
        return Number(Atomics.load(octets, 0));
      },
      ended,
    };
  }

  async #settled(id: number, held: HeldDescriptors, signal: AbortSignal): Promise<MoveEnd> {
    const abort = (): void => this.#request({ kind: 'abort', id });
    signal.addEventListener('abort', abort, { once: true });
    clearTimeout(this.#idle);
    this.#worker.ref();
    const end = await new Promise<MoveEnd>((resolve) => {
      this.#moves.set(id, resolve);
    });
    held.close();
    signal.removeEventListener('abort', abort);
    return end;
  }

  #settle(id: number, end: MoveEnd): void {
    this.#moves.get(id)?.(end);
    this.#moves.delete(id);
    if (this.#moves.size > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  #request(request: MoverRequest): void {
    this.#worker.postMessage(request, []);
    if (!this.#ended) libc.eventfd_write(this.#wakeup, 1);
  }

  #end(): void {
    this.#ended = true;
    void this.#worker.terminate();
  }

  /** A thread that waits in poll(2) is not ended by the process until it returns. */
  readonly #leave = (): void => this.#request({ kind: 'stop' });

  #exited(): void {
    this.#ended = true;
    process.off('exit', this.#leave);
    libc.close(this.#wakeup);
    const error = this.#failure ?? new Error('the thread that moves files has ended');
    for (const id of this.#moves.keys()) this.#settle(id, { kind: this.#ready ? 'lost' : 'refused', error });
    clearTimeout(this.#idle);
  }
}

function endOf({ kind, failed }: Ending): MoveEnd {
  if (kind === 'socket-failed' || kind === 'file-failed' || kind === 'refused')
    return { kind, error: failed ? systemError(failed) : new Error(kind) };
  return { kind };
}
