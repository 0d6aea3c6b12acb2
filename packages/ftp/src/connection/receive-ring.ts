import type { OnReadOpts } from 'node:net';

/** Octets of one buffer: what a single read takes at most. */
const BUFFER = 256 * 1024;
/** Octets that a buffer has room for at least. */
const LEAST = 64 * 1024;
/** Buffers of one connection: some are filled while others are written out. */
const BUFFERS = 8;
/** Buffers kept for later connections. */
const KEPT = 64;

const kept: Buffer[] = [];

/** `lend`: what was received is valid until it is released. `give`: it belongs to whoever it was delivered to. */
export type Receiving = 'lend' | 'give';

/** Buffers that a dialled socket receives into: larger than Node's own 64 KiB and, where they are lent, again and again. */
export class ReceiveRing {
  /** For `net.connect`. */
  readonly onread: OnReadOpts;
  readonly #free: Buffer[] = [];
  #made = 0;
  /** Node asks for the next buffer as soon as one is filled, so there always is one. */
  #filling = this.#next();
  #deliver: (chunk: Uint8Array) => void = () => {};

  readonly #gives: boolean;

  constructor(receiving: Receiving) {
    this.#gives = receiving === 'give';
    this.onread = {
      buffer: () => this.#filling,
      callback: (size, buffer) => {
        this.#filling = this.#gives ? behind(buffer, size) : this.#next();
        this.#deliver(new Uint8Array(buffer.buffer, buffer.byteOffset, size));
        return this.ready;
      },
    };
  }

  deliverTo(deliver: (chunk: Uint8Array) => void): void {
    this.#deliver = deliver;
  }

  /** Whether more can be received; if not, the socket is paused until something is released. */
  get ready(): boolean {
    return this.#gives || this.#free.length > 0 || this.#made < BUFFERS;
  }

  release(chunks: readonly Uint8Array[]): void {
    if (this.#gives) return;
    for (const chunk of chunks) this.#free.push(Buffer.from(chunk.buffer, chunk.byteOffset, BUFFER));
  }

  /** The socket is closed: what is not lent is for later connections. */
  dispose(): void {
    if (this.#gives) return;
    for (const buffer of [this.#filling, ...this.#free.splice(0)]) if (kept.length < KEPT) kept.push(buffer);
    this.#made = BUFFERS;
  }

  #next(): Buffer {
    const free = this.#free.pop();
    if (free) return free;
    this.#made += 1;
    return kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER);
  }
}

/** What is left of a buffer whose beginning is given away, or another where that is little. */
function behind(buffer: Uint8Array, size: number): Buffer {
  const left = buffer.length - size;
  return left < LEAST ? Buffer.allocUnsafeSlow(BUFFER) : Buffer.from(buffer.buffer, buffer.byteOffset + size, left);
}
