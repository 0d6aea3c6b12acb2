import type { Server, Socket } from 'node:net';
import type { Endpoint } from '../protocol/index.js';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import { type Dial, dialDirectly } from './dial.js';
import { endpointOf } from './endpoint-of.js';
import { errnoOf } from './errno.js';
import { DataStream } from './data-stream.js';
import type { DataEvent, DataMode, DataRole, DataState, Side, TlsFacts } from './events.js';
import { listenOn } from './listen.js';
import type { Pinholes } from './pinholes.js';
import { type PortRange, describePortRange, portsOf } from './port-range.js';
import { ReceiveRing, type Receiving } from './receive-ring.js';
import type { SecureSocket, Securing } from './secure.js';

/** Which port an active data connection leaves from; `any` is the kernel's choice. */
export type SourcePort = number | 'any';

export interface DataConnectionOptions {
  readonly side: Side;
  /** Both ends of the control connection: the data connection is between the same two addresses. */
  readonly control: { readonly local: Endpoint; readonly remote: Endpoint };
  /** Milliseconds until an offered connection must be there. */
  readonly waitMs: number;
  /** Milliseconds without any progress of the peer's until an open connection fails. */
  readonly stallMs: number;
  /** Absent where nobody listens. */
  readonly onEvent?: ((event: DataEvent) => void) | undefined;
  /** How to dial. Default: directly. */
  readonly dial?: Dial;
  /** A firewall that opens for each connection while it is being made. */
  readonly pinholes?: Pinholes | undefined;
  /** For a connection that is only read from, and not inside TLS: what becomes of the memory of what is received. */
  readonly receiving?: Receiving | undefined;
}

/**
 * The second of FTP's two connections, in both modes. It listens when `(mode === 'passive') === (side === 'server')`, else it dials.
 * It is only ever made with the control connection's peer. Life: offered, opening, open, then done or failed.
 */
export class DataConnection {
  readonly mode: DataMode;
  readonly role: DataRole;
  /** Where the listening side waits: our own address when we listen, the peer's when we dial. */
  readonly offered: Endpoint;
  readonly #options: DataConnectionOptions;
  readonly #sourcePort: SourcePort;
  #state: DataState = 'offered';
  #listener: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #socket: Socket | undefined;
  /** While it dials. */
  #dialling: AbortController | undefined;
  #ring: ReceiveRing | undefined;
  /** Kept, since a closed socket has forgotten them. */
  #ends: { readonly local: Endpoint; readonly remote: Endpoint } | undefined;
  #secure: SecureSocket | undefined;
  #stream: DataStream | undefined;
  #fault: ConnectionFault | undefined;
  #wake: () => void = () => {};
  /** Of the pinhole that is open, or will be. */
  #closePinhole: Promise<() => void> | undefined;

  private constructor(mode: DataMode, offered: Endpoint, options: DataConnectionOptions, sourcePort: SourcePort) {
    this.mode = mode;
    this.role = (mode === 'passive') === (options.side === 'server') ? 'listen' : 'dial';
    this.offered = offered;
    this.#options = options;
    this.#sourcePort = sourcePort;
  }

  /**
   * Listens for the peer on a port of the range, at the control connection's own address. One connection is taken, from the
   * control connection's peer only, within `waitMs`. Throws ConnectionFault: `NO_PORT` when the range is used up, `PINHOLE`.
   */
  static async listen(mode: DataMode, range: PortRange, options: DataConnectionOptions): Promise<DataConnection> {
    const { host } = options.control.local;
    for (const port of portsOf(range)) {
      const listener = await listenOn(host, port);
      if (!listener) continue;
      const address = listener.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      const connection = new DataConnection(mode, { host, port: bound }, options, 'any');
      connection.#await(listener);
      await connection.#openPinhole();
      return connection;
    }
    throw new ConnectionFault('NO_PORT', `${describePortRange(range)}: all in use`);
  }

  /** Will dial the peer's endpoint from the source port, falling back to any port where that one is not permitted. */
  static dial(
    mode: DataMode,
    target: Endpoint,
    sourcePort: SourcePort,
    options: DataConnectionOptions,
  ): DataConnection {
    const connection = new DataConnection(mode, target, options, sourcePort);
    connection.#report('offered');
    return connection;
  }

  get state(): DataState {
    return this.#state;
  }

  get tls(): TlsFacts | undefined {
    return this.#secure?.facts;
  }

  /** Why it failed: the first reason there was. */
  get fault(): ConnectionFault | undefined {
    return this.#fault;
  }

  get #ended(): boolean {
    return this.#state === 'done' || this.#state === 'failed';
  }

  /** The bytes of an open connection, inside TLS where `open` was given a context. Throws its fault when it is not open. */
  get stream(): DataStream {
    if (!this.#stream || this.#state !== 'open')
      throw this.#fault ?? new ConnectionFault('CLOSED', 'the data connection is not open');
    return this.#stream;
  }

  /** Whether the peer, which has ended its side, did so properly: over TLS with close_notify (RFC 8446 §6.1), in clear always. */
  get endedProperly(): boolean {
    return this.#secure?.transport?.closeNotified(this.#stream?.delivered ?? 0) ?? true;
  }

  /**
   * Makes sure that the peer, which seems to have ended its side, has not reset the connection: libuv reports a reset that comes
   * together with the last octets as their end. Writing nothing sends nothing, but the kernel then tells. Rejects with the fault.
   * Inside TLS it is close_notify that tells, and a peer may well reset behind it.
   */
  async confirmEnd(): Promise<void> {
    if (!this.#secure) await this.stream.write(NOTHING);
  }

  /** Whether another transfer can use this connection (modes B and C). */
  get reusable(): boolean {
    return this.#state === 'open' && this.#stream?.ended === false;
  }

  /**
   * A reset looks like an end inside TLS. Behind the peer's close_notify it is none, and behind ours it tells nothing: the peer knows
   * by it that it has everything, and lftp now and then closes without having read it.
   */
  #endedInFault(): boolean {
    const fault = this.#secure?.transport?.fault;
    if (!fault || this.endedProperly || this.#secure?.stream.writableEnded) return false;
    this.fail(connectionFault(fault));
    return true;
  }

  #failedWith(error: Error): void {
    if (this.#secure?.stream.writableEnded && !(error instanceof ConnectionFault)) this.#stream?.markEnded();
    else this.fail(connectionFault(error));
  }

  /** Waits for the peer or dials it. Idempotent. Rejects with ConnectionFault. */
  async connect(): Promise<void> {
    if (this.#fault) throw this.#fault;
    if (this.#state !== 'offered') return;
    this.#state = 'opening';
    this.#report('opening');
    try {
      const socket = this.#socket ?? (this.role === 'listen' ? await this.#accepted() : await this.#dialled());
      if (!this.#ring) socket.setNoDelay(true); // what only receives has nothing to hold back
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  /** Connects, then does TLS where asked. Idempotent while open. Rejects with ConnectionFault. */
  async open(securing?: Securing): Promise<void> {
    if (this.#state === 'open') return;
    await this.connect();
    const socket = this.#socket;
    if (this.#fault || !socket) throw this.#fault ?? new ConnectionFault('CLOSED', 'closed');
    try {
      this.#watchForStall(socket);
      if (securing) this.#secure = await securing(socket);
      if (this.#fault) throw this.#fault;
      const stream = this.#secure?.stream ?? socket;
      stream.on('error', (error) => this.#failedWith(error));
      this.#stream = new DataStream(stream, {
        endedInFault: () => this.#endedInFault(),
        beforeSending: () => this.#secure?.transport?.release(),
        ring: this.#ring,
      });
      this.#state = 'open';
      this.#report('open');
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  #failWith(error: unknown): ConnectionFault {
    const fault = connectionFault(error instanceof Error ? error : new Error(String(error)));
    this.fail(fault);
    return this.#fault ?? fault;
  }

  /** A peer that is made to wait, by a slow disk or a slow reader, does not stall. */
  #watchForStall(socket: Socket): void {
    const { stallMs } = this.#options;
    socket.setTimeout(stallMs, () => {
      if (!this.#stream || this.#stream.waitsForPeer)
        this.fail(new ConnectionFault('STALLED', `no progress for ${stallMs} ms`));
      else socket.setTimeout(stallMs);
    });
  }

  /** Ends an open connection that has done its work, or drops one that was never used. */
  close(): void {
    if (this.#ended) return;
    this.#state = 'done';
    this.#report('done');
    this.#release();
  }

  /** Drops the connection, whatever its state. The first fault is kept. */
  fail(fault: ConnectionFault): void {
    if (this.#ended) return;
    this.#fault = fault;
    this.#state = 'failed';
    this.#stream?.fail(fault);
    this.#report('failed', { reason: fault.message, code: fault.code });
    this.#release();
  }

  #await(listener: Server): void {
    this.#listener = listener;
    const { waitMs } = this.#options;
    const late = (): void =>
      this.fail(new ConnectionFault('TIMEOUT', `nobody connected to port ${this.offered.port} within ${waitMs} ms`));
    this.#timer = setTimeout(late, waitMs);
    listener.on('connection', (socket) => this.#accept(socket));
    listener.on('error', (error) => this.fail(connectionFault(error)));
    this.#report('offered');
  }

  #accept(socket: Socket): void {
    const remote = endpointOf(socket.remoteAddress, socket.remotePort);
    if (this.#socket || remote.host !== this.#options.control.remote.host) {
      socket.destroy();
      this.#report('refused', { remote, reason: 'not the peer of the control connection' });
      return;
    }
    this.#hold(socket);
    this.#ends = { local: this.offered, remote };
    this.#stopListening();
    this.#wake();
  }

  #accepted(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      this.#wake = () =>
        this.#socket && !this.#fault
          ? resolve(this.#socket)
          : reject(this.#fault ?? new ConnectionFault('CLOSED', 'closed'));
    });
  }

  async #dialled(): Promise<Socket> {
    await this.#openPinhole();
    try {
      return await this.#connect(this.#sourcePort);
    } catch (error) {
      const errno = errnoOf(error instanceof ConnectionFault ? error.cause : error) ?? '';
      if (this.#fault || this.#sourcePort === 'any' || !SOURCE_PORT_ERRORS.has(errno)) throw error;
      this.#report('note', { reason: `source port ${this.#sourcePort} is not to be had (${errno}), using any` });
      return await this.#connect('any');
    } finally {
      this.#shutPinhole();
    }
  }

  async #connect(sourcePort: SourcePort): Promise<Socket> {
    if (this.#ended) throw this.#fault ?? new ConnectionFault('CLOSED', 'closed'); // whoever was told that it begins may not want it
    const { side, control, waitMs, onEvent, dial = dialDirectly, receiving } = this.#options;
    if (receiving && dial === dialDirectly) this.#ring = new ReceiveRing(receiving);
    this.#dialling = new AbortController();
    const socket = await dial(this.offered, {
      timeoutMs: waitMs,
      signal: this.#dialling.signal,
      // A client's own address is the system's choice, as it was for the control connection; a server's is the one it was reached at.
      ...(side === 'server' && { localAddress: control.local.host }),
      ...(sourcePort !== 'any' && { localPort: sourcePort }),
      ...(this.#ring && { ring: this.#ring }),
    });
    this.#dialling = undefined;
    this.#hold(socket);
    // Asking the system is only worth it for those who want to know.
    if (onEvent) {
      const local = endpointOf(socket.localAddress, socket.localPort);
      this.#ends = { local, remote: endpointOf(socket.remoteAddress, socket.remotePort) };
    }
    return socket;
  }

  #hold(socket: Socket): void {
    socket.on('error', (error) => {
      // Inside TLS what came before a reset is still to be read, and DataStream asks at its end.
      if (!this.#secure) this.fail(connectionFault(error));
    });
    this.#socket = socket;
  }

  async #openPinhole(): Promise<void> {
    const { pinholes, waitMs, control } = this.#options;
    if (!pinholes) return;
    const { mode, offered } = this;
    const hole = { mode, client: control.remote.host, port: offered.port, openMs: waitMs };
    this.#closePinhole = pinholes.open(hole);
    try {
      await this.#closePinhole;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw this.#failWith(new ConnectionFault('PINHOLE', message, { cause }));
    }
    if (this.#fault) throw this.#fault;
  }

  #shutPinhole(): void {
    void this.#closePinhole?.then(
      (close) => close(),
      () => {}, // it was never open, and whoever asked for it knows
    );
    this.#closePinhole = undefined;
  }

  #stopListening(): void {
    this.#shutPinhole();
    clearTimeout(this.#timer);
    this.#listener?.close();
    this.#listener = undefined;
  }

  #release(): void {
    this.#stopListening();
    this.#dialling?.abort();
    // A server takes the end of an upload in clear for the end of the file, unless it is a reset. Once ended it can be reset no more:
    // libuv refuses while it is being shut down, and Node then never closes the socket.
    const resets = this.#state === 'failed' && this.#options.side === 'client' && !this.#secure;
    if (resets && this.#socket?.writableEnded === false) this.#socket.resetAndDestroy();
    this.#secure?.stream.destroy();
    this.#socket?.destroy();
    this.#ring?.dispose();
    this.#wake();
  }

  #report(state: DataEvent['state'], more: Pick<DataEvent, 'remote' | 'reason' | 'code'> = {}): void {
    const { onEvent, side } = this.#options;
    if (!onEvent) return;
    const { mode, role, offered } = this;
    const ends = this.#ends ?? (role === 'listen' ? { local: offered } : { remote: offered });
    const tls = this.tls;
    onEvent({
      kind: 'data',
      at: Date.now(),
      state,
      mode,
      side,
      role,
      ...ends,
      ...(tls && { tls }),
      ...more,
    });
  }
}

const NOTHING = new Uint8Array(0);
/** Not permitted, not ours, or the same pair of endpoints is still being closed. */
const SOURCE_PORT_ERRORS = new Set(['EACCES', 'EPERM', 'EADDRINUSE', 'EADDRNOTAVAIL']);
