import { libc } from './libc.js';
import { Incoming } from './incoming.js';
import type { Ending, MoveEnded, MoveRequest, MoverRequest, MoverSetup } from './mover-messages.js';
import type { Moving } from './moving.js';
import { Outgoing } from './outgoing.js';
import { POLLIN } from './poll-events.js';

/** Milliseconds that poll(2) may last: whoever ends the thread waits for it. */
const LONGEST_POLL_MS = 1000;
/** Of struct pollfd: an int, and two shorts behind it. */
const INTS = 2;
const SHORTS = 4;
const EVENTS = 2;
const RETURNED = 3;

export interface LoopHooks {
  /** A request that has come meanwhile. */
  readonly nextRequest: () => MoverRequest | undefined;
  readonly onEnd: (ended: MoveEnded) => void;
}

/** Moves all files at once, those in turn whose peer is ready, and returns when none is left. */
export class MoverLoop {
  readonly #setup: MoverSetup;
  readonly #hooks: LoopHooks;
  readonly #counter = new BigInt64Array(1);
  /** Of poll(2): the wake-up first, then the moves in their order. */
  readonly #ints: Int32Array;
  readonly #shorts: Int16Array;
  #moves: readonly Moving[] = [];

  constructor(setup: MoverSetup, hooks: LoopHooks) {
    this.#setup = setup;
    this.#hooks = hooks;
    this.#ints = new Int32Array(INTS * (setup.maxMoves + 1));
    this.#shorts = new Int16Array(this.#ints.buffer);
    this.#listen(0, setup.wakeup, POLLIN);
  }

  take(request: MoverRequest): void {
    if (request.kind === 'move') this.#moves = [...this.#moves, this.#begin(request)];
    else if (request.kind === 'stop') this.#moves = [];
    else {
      const aborted = this.#moves.find(({ id }) => id === request.id);
      if (aborted) this.#end(new Map([[aborted, { kind: 'aborted' }]]));
    }
  }

  run(): void {
    while (this.#moves.length > 0) {
      const woken = this.#turn();
      if (!woken) continue;
      libc.eventfd_read(this.#setup.wakeup, this.#counter);
      for (let request = this.#hooks.nextRequest(); request; request = this.#hooks.nextRequest()) this.take(request);
    }
  }

  #begin(request: MoveRequest): Moving {
    const { octetsPerTurn } = this.#setup;
    return request.pipe ? new Incoming(request, request.pipe, octetsPerTurn) : new Outgoing(request, octetsPerTurn);
  }

  /** True when there are requests. */
  #turn(): boolean {
    const moves = this.#moves;
    const before = performance.now();
    let patience = LONGEST_POLL_MS;
    for (const [index, move] of moves.entries()) {
      this.#listen(index + 1, move.socket, move.awaits);
      patience = Math.min(patience, move.patience(before));
    }
    const ready = libc.poll(this.#ints, moves.length + 1, Math.ceil(patience)) > 0;
    const now = performance.now();
    const ends = new Map<Moving, Ending>();
    for (const [index, move] of moves.entries()) {
      const end = ready && this.#isReady(index + 1) ? move.turn() : stallOf(move, now);
      if (end) ends.set(move, end);
    }
    if (ends.size > 0) this.#end(ends);
    return ready && this.#isReady(0);
  }

  #listen(index: number, descriptor: number, events: number): void {
    this.#ints[INTS * index] = descriptor;
    this.#shorts[SHORTS * index + EVENTS] = events;
  }

  #isReady(index: number): boolean {
    return this.#shorts[SHORTS * index + RETURNED] !== 0;
  }

  #end(ends: ReadonlyMap<Moving, Ending>): void {
    this.#moves = this.#moves.filter((move) => !ends.has(move));
    for (const [{ id }, ending] of ends) this.#hooks.onEnd({ id, ending });
  }
}

function stallOf(move: Moving, now: number): Ending | undefined {
  return move.stalled(now) ? { kind: 'stalled' } : undefined;
}
