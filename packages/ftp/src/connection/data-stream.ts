import type { Socket } from 'node:net';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import type { ReceiveRing } from './receive-ring.js';

/** Octets received and not yet asked for, after which the peer is made to wait. */
export const RECEIVE_BUFFER = 2 * 1024 * 1024;

/** Octets that are worth a write to a file by themselves. */
const GATHERED = 256 * 1024;
const GATHER_MS = 5;

export interface DataStreamHooks {
  /** Whether an apparent end of the peer's was none; then `fail` has been called. */
  readonly endedInFault?: () => boolean;
  /** Called before anything is sent. */
  readonly beforeSending?: () => void;
  /** What the socket receives into, where it was dialled with one. */
  readonly ring?: ReceiveRing | undefined;
}

/** The bytes of an open data connection, both ways. Errors are ConnectionFaults. */
export class DataStream {
  readonly #stream: Socket;
  readonly #hooks: DataStreamHooks;
  #chunks: Uint8Array[] = [];
  #lent: readonly Uint8Array[] = [];
  #buffered = 0;
  #delivered = 0;
  #ended = false;
  /** A reader waits for more. */
  #waiting = false;
  #fault: ConnectionFault | undefined;
  #wake: () => void = () => {};
  #soon: NodeJS.Timeout | undefined;

  constructor(stream: Socket, hooks: DataStreamHooks = {}) {
    this.#stream = stream;
    this.#hooks = hooks;
    // curl's upload of an empty file over TLS 1.3: close_notify comes with the handshake's last message, before anybody listens.
    this.#ended = stream.readableEnded;
    const take = (chunk: Uint8Array): void => {
      this.#chunks.push(chunk);
      this.#buffered += chunk.length;
      if (this.#buffered >= RECEIVE_BUFFER) stream.pause();
      if (this.#enough) this.#wake();
      else this.#wakeSoon();
    };
    hooks.ring?.deliverTo(take);
    stream.on('data', take);
    stream.on('end', () => {
      if (!hooks.endedInFault?.()) this.markEnded();
    });
    stream.on('close', () => {
      if (!this.#fault && !this.#ended) this.fail(new ConnectionFault('CLOSED', 'the data connection was closed'));
    });
    stream.resume();
  }

  /** The peer is known to have ended its side. */
  markEnded(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The peer has ended its side. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Octets received so far, whether read or not. */
  get delivered(): number {
    return this.#delivered + this.#buffered;
  }

  /**
   * What has come since the last call, at least one chunk; undefined when the peer has ended its side.
   * The chunks are valid until the next call.
   */
  async read(): Promise<readonly Uint8Array[] | undefined> {
    this.#release();
    while (this.#chunks.length === 0 || this.#gathering) {
      if (this.#chunks.length === 0 && this.#fault && !this.#ended) throw this.#fault;
      if (this.#chunks.length === 0 && this.#ended) return undefined;
      this.#waiting = true;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#waiting = false;
    }
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#delivered += this.#buffered;
    this.#buffered = 0;
    this.#lent = chunks;
    if (this.#stream.isPaused()) this.#stream.resume();
    return chunks;
  }

  /** Whether it is the peer that everybody waits for: it has something to send, or to take. */
  get waitsForPeer(): boolean {
    return this.#waiting || this.#stream.writableLength > 0 || this.#stream.writableEnded;
  }

  /** What the last call of `read` gave has been used. */
  #release(): void {
    const { ring } = this.#hooks;
    if (!ring || this.#lent.length === 0) return;
    const paused = !ring.ready;
    ring.release(this.#lent);
    this.#lent = [];
    if (paused) this.#stream.resume();
  }

  /** There is something, and more may come at once. */
  get #gathering(): boolean {
    return this.#soon !== undefined && !this.#enough && !this.#ended && !this.#fault;
  }

  /** Worth a write by itself, or all that there is room for. */
  get #enough(): boolean {
    return this.#buffered >= GATHERED || this.#hooks.ring?.ready === false;
  }

  /** Gives bytes back that belong to the next transfer. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.#buffered += bytes.length;
    this.#delivered -= bytes.length;
  }

  /** Resolves when the bytes are with the kernel: the array may then be used again. */
  write(bytes: Uint8Array): Promise<void> {
    this.#hooks.beforeSending?.();
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#stream.write(bytes, (error) => (error ? reject(this.#fault ?? connectionFault(error)) : resolve()));
    });
  }

  /**
   * Ends our side and waits for the peer to end its own, which tells that it has read everything; a reset tells that it has not.
   * Resolves with false when the peer did neither within `waitMs`: some keep their end open until they have seen the reply.
   */
  async finish(waitMs: number): Promise<boolean> {
    this.#hooks.beforeSending?.();
    await new Promise<void>((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#wake = () => (this.#ended ? resolve() : this.#fault && reject(this.#fault));
      this.#stream.end(resolve);
    });
    if (this.#fault && !this.#ended) throw this.#fault;
    if (waitMs === 0 || this.#ended) return this.#ended;
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
      this.#wake = resolve;
    });
    this.#drop();
    await waited;
    clearTimeout(timer);
    if (this.#fault && !this.#ended) throw this.#fault;
    return this.#ended;
  }

  fail(fault: ConnectionFault): void {
    clearTimeout(this.#soon);
    this.#fault ??= fault;
    this.#wake();
  }

  /** Many small writes to a file cost more than a large one: a little is kept until there is more of it, or for GATHER_MS. */
  #wakeSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#wake();
    }, GATHER_MS);
  }

  /** Whatever a receiver of a file sends back has no meaning. */
  #drop(): void {
    this.#chunks = [];
    this.#buffered = 0;
    this.#stream.removeAllListeners('data').on('data', () => {});
    this.#stream.resume();
  }
}
