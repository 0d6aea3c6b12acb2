import { failure, libc } from './libc.js';
import type { Ending, MoveRequest } from './mover-messages.js';
import { Moving, isRefusal } from './moving.js';
import { POLLIN } from './poll-events.js';

const SPLICE_F_MOVE = 1;
const SPLICE_F_NONBLOCK = 2;

/** From a socket to a file: splice(2), which wants a pipe between the two. */
export class Incoming extends Moving {
  override readonly awaits = POLLIN;
  readonly #file: number;
  readonly #position: BigInt64Array;
  readonly #pipe: readonly [read: number, write: number];
  readonly #octetsPerTurn: number;
  #left: number;
  #begun = false;
  /** Where splice(2) does not write to such a file. */
  #copy: Uint8Array | undefined;

  constructor(request: MoveRequest, pipe: readonly [read: number, write: number], octetsPerTurn: number) {
    super(request);
    this.#file = request.file;
    this.#position = BigInt64Array.of(BigInt(request.position));
    this.#left = request.length;
    this.#pipe = pipe;
    this.#octetsPerTurn = octetsPerTurn;
  }

  override turn(): Ending | undefined {
    // One more than the limit tells whether there is more.
    const wanted = Math.min(this.#left + 1, this.#octetsPerTurn);
    const taken = libc.splice(this.socket, null, this.#pipe[1], null, wanted, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (taken === 0) return { kind: 'complete' };
    if (taken < 0) {
      const failed = failure('splice');
      return failed && { kind: !this.#begun && isRefusal(failed) ? 'refused' : 'socket-failed', failed };
    }
    this.#begun = true;
    this.progressed();
    const allowed = Math.min(taken, this.#left);
    this.#left -= allowed;
    return this.#store(allowed) ?? (taken > allowed ? { kind: 'over-limit' } : undefined);
  }

  /** Octets of the pipe, into the file. Only the disk is waited for. */
  #store(octets: number): Ending | undefined {
    let left = octets;
    while (left > 0) {
      const written = this.#copy ? this.#writeCopy(this.#copy, left) : this.#splice(left);
      if (typeof written === 'object') return written;
      left -= written;
      this.count(written);
    }
    return undefined;
  }

  #splice(octets: number): number | Ending {
    const written = libc.splice(this.#pipe[0], null, this.#file, this.#position, octets, SPLICE_F_MOVE);
    if (written > 0) return written;
    const failed = failure('splice');
    if (!failed) return 0;
    if (!isRefusal(failed)) return { kind: 'file-failed', failed };
    this.#copy = Buffer.allocUnsafeSlow(this.#octetsPerTurn);
    return 0;
  }

  #writeCopy(copy: Uint8Array, octets: number): number | Ending {
    const read = libc.read(this.#pipe[0], copy, Math.min(octets, copy.length));
    let written = 0;
    while (written < read) {
      const position = Number(this.#position[0]);
      const count = libc.pwrite(this.#file, copy.subarray(written), read - written, position);
      const failed = count < 0 ? failure('pwrite') : undefined;
      if (failed) {
        this.count(written);
        return { kind: 'file-failed', failed };
      }
      written += Math.max(0, count);
      this.#position[0] = BigInt(position + Math.max(0, count));
    }
    return written;
  }

  /** What has come is always told. */
  protected override progressedUnseen(): boolean {
    return false;
  }
}
