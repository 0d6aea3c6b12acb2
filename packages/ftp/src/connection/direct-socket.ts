import net, { type OnReadOpts, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ZeroCopy } from './zero-copy.js';

/** Turns of the event loop that a peer is given to answer at once; then the socket is left to the event loop. */
const TURNS = 40;
/** Octets received directly; a larger file is left to the event loop. */
const LARGEST = 64 * 1024;

const NONE = -1;
const received = Buffer.allocUnsafeSlow(LARGEST);

/**
 * A connected socket that Node.js knows nothing of: for transfers that are over before the event loop would have got to know it.
 * Errors are the system's.
 */
export class DirectSocket {
  readonly #calls: ZeroCopy;
  /** None once it is closed or adopted: the number may then be another's. */
  #descriptor: number;
  #octets = 0;
  #ended = false;

  constructor(calls: ZeroCopy, descriptor: number) {
    this.#calls = calls;
    this.#descriptor = descriptor;
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  /** Octets taken; the rest is for the adopted socket. */
  write(bytes: Uint8Array): number {
    return this.#calls.write(this.#descriptor, bytes);
  }

  /** What comes within a few turns; nothing at the end; undefined where it takes longer, or is more. Stops when `isOver`. */
  async read(isOver: () => boolean): Promise<Uint8Array | undefined> {
    for (let turn = 0; turn < TURNS && this.#octets < LARGEST && !isOver(); turn += 1) {
      const count = this.#calls.read(this.#descriptor, received);
      if (count !== undefined) {
        this.#octets += count;
        return Uint8Array.from(received.subarray(0, count));
      }
      await nextTurn();
    }
    return undefined;
  }

  /** Ends our side. */
  end(): void {
    this.#calls.shutdown(this.#descriptor);
    this.#ended = true;
  }

  /** The same connection as a socket of Node.js; this one is not to be used any more. */
  adopt(onread?: OnReadOpts): Socket {
    const socket = new net.Socket({
      fd: this.#descriptor,
      allowHalfOpen: true,
      readable: true,
      writable: !this.#ended,
      ...(onread && { onread }),
    });
    this.#descriptor = NONE;
    socket.pause();
    return socket;
  }

  /** `reset`: so that the peer can tell that something is missing. */
  close(how: 'end' | 'reset'): void {
    const descriptor = this.#descriptor;
    this.#descriptor = NONE;
    if (how === 'reset') this.#calls.reset(descriptor);
    else this.#calls.close(descriptor);
  }
}

/** Once ended a socket can be reset no more: libuv refuses while it is being shut down, and Node then never closes it. */
export function discard(socket: Socket | DirectSocket, how: 'end' | 'reset'): void {
  if (socket instanceof DirectSocket) socket.close(how);
  else if (how === 'reset' && !socket.writableEnded) socket.resetAndDestroy();
  else socket.destroy();
}
