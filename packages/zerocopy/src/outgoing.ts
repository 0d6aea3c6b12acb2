import { type FailedCall, failure, libc } from './libc.js';
import type { Ending, MoveRequest } from './mover-messages.js';
import { Moving, isRefusal } from './moving.js';
import { POLLOUT } from './poll-events.js';

const POSIX_FADV_SEQUENTIAL = 2;
const IPPROTO_TCP = 6;
const TCP_CORK = 3;
const ON = Uint8Array.of(1, 0, 0, 0);
const OFF = new Uint8Array(4);
/** Octets that the peer has not acknowledged (tcp(7)). */
const SIOCOUTQ = 0x5411;
/** Of sendfile(2), which does not tell which of the two has failed. */
const SOCKET_ERRORS: ReadonlySet<string> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ENOTCONN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** From a file to a socket: sendfile(2). */
export class Outgoing extends Moving {
  override readonly awaits = POLLOUT;
  readonly #file: number;
  readonly #position: BigInt64Array;
  readonly #octetsPerTurn: number;
  readonly #queued = new Int32Array(1);
  #left: number;
  #begun = false;

  constructor(request: MoveRequest, octetsPerTurn: number) {
    super(request);
    this.#file = request.file;
    this.#position = BigInt64Array.of(BigInt(request.position));
    this.#left = request.length;
    this.#octetsPerTurn = octetsPerTurn;
    // Full segments only: each of them wakes the receiver up, which is dear where that is on another core.
    this.#cork(ON);
    libc.posix_fadvise(request.file, request.position, request.length, POSIX_FADV_SEQUENTIAL);
  }

  override turn(): Ending | undefined {
    if (this.#left === 0) return { kind: 'complete' };
    const sent = libc.sendfile(this.socket, this.#file, this.#position, Math.min(this.#left, this.#octetsPerTurn));
    if (sent < 0) return this.#failed();
    if (sent === 0) return { kind: 'file-ended' };
    this.#begun = true;
    this.#left -= sent;
    this.count(sent);
    this.progressed();
    if (this.#left > 0) return undefined;
    this.#cork(OFF);
    return { kind: 'complete' };
  }

  #cork(state: Uint8Array): void {
    libc.setsockopt(this.socket, IPPROTO_TCP, TCP_CORK, state, state.length);
  }

  #failed(): Ending | undefined {
    const failed = failure('sendfile');
    if (failed) return { kind: this.#whose(failed), failed };
    libc.ioctl(this.socket, SIOCOUTQ, this.#queued);
    return undefined;
  }

  #whose(failed: FailedCall): Ending['kind'] {
    if (SOCKET_ERRORS.has(failed.code)) return 'socket-failed';
    return !this.#begun && isRefusal(failed) ? 'refused' : 'file-failed';
  }

  /** The kernel tells of room for more only when a good part of the queue is gone. */
  protected override progressedUnseen(): boolean {
    const before = this.#queued[0] ?? 0;
    return libc.ioctl(this.socket, SIOCOUTQ, this.#queued) === 0 && (this.#queued[0] ?? 0) < before;
  }
}
