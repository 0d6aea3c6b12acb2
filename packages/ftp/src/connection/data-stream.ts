import type { Socket } from 'node:net';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import { DirectSocket } from './direct-socket.js';
import type { ReceiveRing } from './receive-ring.js';
import { descriptorOf, startReading, stopReading } from './socket-descriptor.js';
import type { Move, MoveEnd } from './zero-copy.js';

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
  readonly onError?: (error: Error) => void;
  /** Makes a direct socket one of the event loop. */
  readonly adopt?: (direct: DirectSocket) => Socket;
  /** What the socket of the event loop receives into, where it has one. */
  readonly ring?: () => ReceiveRing | undefined;
}

/** The bytes of an open data connection, both ways. Errors are ConnectionFaults. */
export class DataStream {
  /** Until it takes longer, or is more, than is worth while. */
  #direct: DirectSocket | undefined;
  #socket: Socket | undefined;
  #ring: ReceiveRing | undefined;
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
  /** While somebody else moves what goes over this connection. */
  #lending: AbortController | undefined;

  constructor(stream: Socket | DirectSocket, hooks: DataStreamHooks = {}) {
    this.#hooks = hooks;
    if (stream instanceof DirectSocket) this.#direct = stream;
    else this.#listen(stream);
  }

  /** The socket of the event loop, which the direct one becomes when it is asked for. */
  #looped(): Socket {
    if (this.#socket) return this.#socket;
    if (!this.#direct || !this.#hooks.adopt) throw new ConnectionFault('CLOSED', 'no socket');
    const socket = this.#hooks.adopt(this.#direct);
    this.#direct = undefined;
    this.#listen(socket);
    return socket;
  }

  #listen(stream: Socket): void {
    const { onError, ring, endedInFault } = this.#hooks;
    this.#socket = stream;
    // curl's upload of an empty file over TLS 1.3: close_notify comes with the handshake's last message, before anybody listens.
    this.#ended ||= stream.readableEnded;
    this.#ring = ring?.();
    this.#ring?.deliverTo(this.#take);
    if (onError) stream.on('error', onError);
    stream.on('data', this.#take);
    stream.on('end', () => {
      if (!endedInFault?.()) this.markEnded();
    });
    stream.on('close', () => {
      if (!this.#fault && !this.#ended) this.fail(new ConnectionFault('CLOSED', 'the data connection was closed'));
    });
    stream.resume();
  }

  readonly #take = (chunk: Uint8Array): void => {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered >= RECEIVE_BUFFER) this.#socket?.pause();
    if (this.#enough) this.#wake();
    else this.#wakeSoon();
  };

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
    if (this.#direct && !this.#ended && this.#chunks.length === 0) await this.#readDirectly();
    while (this.#chunks.length === 0 || this.#gathering) {
      if (this.#chunks.length === 0 && this.#fault && !this.#ended) throw this.#fault;
      if (this.#chunks.length === 0 && this.#ended) return undefined;
      this.#waiting = true;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#waiting = false;
    }
    const chunks = this.#deliver();
    this.#lent = chunks;
    if (this.#socket?.isPaused()) this.#socket.resume();
    return chunks;
  }

  /** All that has come and was not read. */
  #deliver(): readonly Uint8Array[] {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#delivered += this.#buffered;
    this.#buffered = 0;
    return chunks;
  }

  /** Whether it is the peer that everybody waits for: it has something to send, or to take. */
  get waitsForPeer(): boolean {
    if (this.#lending) return false; // whoever moves it sees to that
    return (
      this.#waiting || (this.#socket !== undefined && (this.#socket.writableLength > 0 || this.#socket.writableEnded))
    );
  }

  /** What the last call of `read` gave has been used. */
  #release(): void {
    const ring = this.#ring;
    if (!ring || this.#lent.length === 0) return;
    const paused = !ring.ready;
    ring.release(this.#lent);
    this.#lent = [];
    if (paused) this.#socket?.resume();
  }

  /** There is something, and more may come at once. */
  get #gathering(): boolean {
    return this.#soon !== undefined && !this.#enough && !this.#ended && !this.#fault;
  }

  /** Worth a write by itself, or all that there is room for. */
  get #enough(): boolean {
    return this.#buffered >= GATHERED || this.#ring?.ready === false;
  }

  /** Gives bytes back that belong to the next transfer. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.#buffered += bytes.length;
    this.#delivered -= bytes.length;
  }

  /** Stops receiving, until `start`, and gives what has come and was not read. */
  stop(): readonly Uint8Array[] {
    if (this.#socket) {
      this.#socket.pause();
      while (this.#socket.read() !== null); // each is taken as all others are
      stopReading(this.#socket); // which `read` may have begun again
    }
    const chunks = this.#deliver();
    this.#lent = [...this.#lent, ...chunks];
    return chunks;
  }

  start(): void {
    if (!this.#socket) return;
    startReading(this.#socket);
    this.#socket.resume();
  }

  /**
   * Leaves the connection to a move, by its descriptor, until that has ended. Rejects when the connection has failed meanwhile for
   * another reason. Undefined where no move began.
   */
  async lend(start: (socket: number, signal: AbortSignal) => Move | undefined): Promise<MoveEnd | undefined> {
    if (this.#fault) throw this.#fault;
    const descriptor = this.#socket ? descriptorOf(this.#socket) : this.#direct?.descriptor;
    if (descriptor === undefined) return undefined;
    this.#lending = new AbortController();
    const end = await start(descriptor, this.#lending.signal)?.ended;
    this.#lending = undefined;
    this.#socket?.setTimeout(this.#socket.timeout ?? 0);
    if (this.#fault) throw this.#fault;
    return end;
  }

  /** Resolves when the bytes are with the kernel: the array may then be used again. */
  async write(bytes: Uint8Array): Promise<void> {
    const { beforeSending } = this.#hooks;
    beforeSending?.();
    const taken = (await this.#directly((direct) => direct.write(bytes))) ?? 0;
    if (this.#direct && taken === bytes.length) return;
    await new Promise<void>((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#looped().write(bytes.subarray(taken), (error) =>
        error ? reject(this.#fault ?? connectionFault(error)) : resolve(),
      );
    });
  }

  /**
   * Ends our side and waits for the peer to end its own, which tells that it has read everything; a reset tells that it has not.
   * Resolves with false when the peer did neither within `waitMs`: some keep their end open until they have seen the reply.
   */
  async finish(waitMs: number): Promise<boolean> {
    this.#hooks.beforeSending?.();
    if (this.#direct) await this.#directly((direct) => direct.end());
    else await this.#end();
    if (this.#fault && !this.#ended) throw this.#fault;
    if (waitMs === 0 || this.#ended) return this.#ended;
    while (this.#direct && !this.#ended) {
      await this.#readDirectly();
      this.#chunks = [];
      this.#buffered = 0;
    }
    if (this.#ended) return true;
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

  #end(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#wake = () => (this.#ended ? resolve() : this.#fault && reject(this.#fault));
      this.#looped().end(resolve);
    });
  }

  /** What a call of the direct socket gives, while it is one; its error is the connection's. */
  async #directly<Result>(call: (direct: DirectSocket) => Result | Promise<Result>): Promise<Result | undefined> {
    if (!this.#direct) return undefined;
    if (this.#fault) throw this.#fault;
    try {
      return await call(this.#direct);
    } catch (error) {
      this.#hooks.onError?.(error instanceof Error ? error : new Error(String(error)));
      throw this.#fault ?? error;
    }
  }

  /** What comes at once; what takes longer, or is more, is left to the event loop. */
  async #readDirectly(): Promise<void> {
    const isOver = (): boolean => this.#fault !== undefined || this.#ended;
    this.#waiting = true;
    const chunk = await this.#directly((direct) => direct.read(isOver));
    this.#waiting = false;
    if (isOver()) return;
    if (chunk === undefined) this.#looped();
    else if (chunk.length === 0) this.markEnded();
    else {
      this.#chunks.push(chunk);
      this.#buffered += chunk.length;
    }
  }

  fail(fault: ConnectionFault): void {
    clearTimeout(this.#soon);
    this.#fault ??= fault;
    this.#lending?.abort();
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
    const socket = this.#looped();
    socket.removeAllListeners('data').on('data', () => {});
    socket.resume();
  }
}
