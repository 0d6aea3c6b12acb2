import type { FileMove, Move, MoveEnd, MoveWatch } from '@twinport/ftp/server';
import { type HeldDescriptors, holdDescriptors } from './held-descriptors.js';
import { checked, libc, systemError } from './libc.js';
import type { Ending, MoveEnded, MoverLimits, MoverRequest, MoverSetup } from './mover-messages.js';
import { Thread } from './thread.js';

const EFD_CLOEXEC = 0o2_000_000;
const EFD_NONBLOCK = 0o4000;

/** A thread that moves files, seen from outside. */
export class MoverThread {
  readonly #limits: MoverLimits;
  readonly #wakeup = checked('eventfd', libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  readonly #thread: Thread<MoverRequest, MoveEnded>;
  readonly #moves = new Map<number, (end: MoveEnd) => void>();
  #lastMove = 0;

  constructor(limits: MoverLimits) {
    this.#limits = limits;
    const workerData: MoverSetup = { ...limits, wakeup: this.#wakeup };
    this.#thread = new Thread('mover-main.js', workerData, {
      onReport: ({ id, ending }) => this.#settle(id, endOf(ending)),
      onExit: (error) => this.#exited(error),
    });
    process.on('exit', this.#leave);
  }

  /** Takes no more moves. */
  get ended(): boolean {
    return this.#thread.ended;
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
    this.#thread.begin();
    const end = await new Promise<MoveEnd>((resolve) => {
      this.#moves.set(id, resolve);
    });
    held.close();
    signal.removeEventListener('abort', abort);
    return end;
  }

  #settle(id: number, end: MoveEnd): void {
    this.#moves.get(id)?.(end);
    if (this.#moves.delete(id)) this.#thread.finish();
  }

  #request(request: MoverRequest): void {
    this.#thread.request(request);
    if (!this.#thread.ended) libc.eventfd_write(this.#wakeup, 1);
  }

  /** A thread that waits in poll(2) is not ended by the process until it returns. */
  readonly #leave = (): void => this.#request({ kind: 'stop' });

  #exited(error: Error): void {
    process.off('exit', this.#leave);
    libc.close(this.#wakeup);
    for (const id of this.#moves.keys()) this.#settle(id, { kind: this.#thread.ready ? 'lost' : 'refused', error });
  }
}

function endOf({ kind, failed }: Ending): MoveEnd {
  if (kind === 'socket-failed' || kind === 'file-failed' || kind === 'refused')
    return { kind, error: failed ? systemError(failed) : new Error(kind) };
  return { kind };
}
