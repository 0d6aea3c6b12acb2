import type { Socket } from 'node:net';
import type { Endpoint } from '../protocol/index.js';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import { type Dial, dialDirectly } from './dial.js';
import { connectNear, dialData } from './dial-data.js';
import { DirectSocket, discard } from './direct-socket.js';
import { endpointOf } from './endpoint-of.js';
import { DataStream } from './data-stream.js';
import type { DataEvent, DataMode, DataRole, DataState, Side, TlsFacts } from './events.js';
import { type Arrival, Listener, type Listening } from './listener.js';
import { HeldPinhole, type Pinholes } from './pinholes.js';
import type { PortRange } from './port-range.js';
import { receiveInto } from './receive-into.js';
import { ReceiveRing, type Receiving } from './receive-ring.js';
import type { SecureSocket, Securing } from './secure.js';
import type { ZeroCopy } from './zero-copy.js';

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
  /** For small files in clear. Default: everything goes through the event loop. */
  readonly zeroCopy?: ZeroCopy | undefined;
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
  #listener: Listening | undefined;
  #timer: NodeJS.Timeout | undefined;
  #socket: Socket | DirectSocket | undefined;
  /** While it dials. */
  #dialling: AbortController | undefined;
  #receiving: Receiving | undefined;
  #ring: ReceiveRing | undefined;
  /** Kept, since a closed socket has forgotten them. */
  #ends: { readonly local: Endpoint; readonly remote: Endpoint } | undefined;
  #secure: SecureSocket | undefined;
  #stream: DataStream | undefined;
  #fault: ConnectionFault | undefined;
  #wake: () => void = () => {};
  readonly #pinhole: HeldPinhole;

  private constructor(mode: DataMode, offered: Endpoint, options: DataConnectionOptions, sourcePort: SourcePort) {
    this.mode = mode;
    this.role = (mode === 'passive') === (options.side === 'server') ? 'listen' : 'dial';
    this.offered = offered;
    this.#options = options;
    this.#sourcePort = sourcePort;
    const { pinholes, control, waitMs } = options;
    this.#pinhole = new HeldPinhole(pinholes, {
      mode,
      client: control.remote.host,
      port: offered.port,
      openMs: waitMs,
    });
  }

  /**
   * Listens for the peer on a port of the range, at the control connection's own address. One connection is taken, from the
   * control connection's peer only, within `waitMs`. Throws ConnectionFault: `NO_PORT` when the range is used up, `PINHOLE`.
   */
  static async listen(mode: DataMode, range: PortRange, options: DataConnectionOptions): Promise<DataConnection> {
    const listener = await Listener.within(range, options.control.local.host, options.zeroCopy);
    return await DataConnection.listenAt(mode, listener, options);
  }

  /** The same at a port that the caller has, and that is closed with the connection. */
  static async listenAt(mode: DataMode, listening: Listening, options: DataConnectionOptions): Promise<DataConnection> {
    const { host } = options.control.local;
    const connection = new DataConnection(mode, { host, port: listening.port }, options, 'any');
    connection.#await(listening);
    await connection.#openPinhole();
    return connection;
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
    if (!this.#secure) await this.stream.write(new Uint8Array(0));
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
      if (!this.#socket) await (this.role === 'listen' ? this.#accepted() : this.#dialled());
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  /**
   * Connects, then does TLS where asked. Idempotent while open. Rejects with ConnectionFault.
   * `receiving`: as the option of that name, where it is known only now.
   */
  async open(securing?: Securing, receiving = this.#options.receiving): Promise<void> {
    if (this.#state === 'open') return;
    this.#receiving = receiving;
    await this.connect();
    const socket = this.#socket;
    if (this.#fault || !socket) throw this.#fault ?? new ConnectionFault('CLOSED', 'closed');
    try {
      if (securing) this.#secure = await securing(this.#usual(socket).setNoDelay(true), this.#ring);
      if (this.#fault) throw this.#fault;
      this.#stream = new DataStream(this.#streamOf(socket), {
        endedInFault: () => this.#endedInFault(),
        beforeSending: () => this.#secure?.transport?.release(),
        onError: (error) => this.#failedWith(error),
        adopt: (direct) => this.#usual(direct),
        ring: () => (this.#secure ? undefined : this.#ring),
      });
      this.#state = 'open';
      this.#report('open');
    } catch (error) {
      throw this.#failWith(error);
    }
  }

  #streamOf(socket: Socket | DirectSocket): Socket | DirectSocket {
    if (this.#secure) return this.#secure.stream;
    // What others wait for as well may have been opened for one of them.
    return socket instanceof DirectSocket && this.#options.zeroCopy ? socket : this.#usual(socket);
  }

  /** The connection as a socket of the event loop. One that was dialled has known since then what it receives into. */
  #usual(held: Socket | DirectSocket): Socket {
    const receivesAnew = held instanceof DirectSocket || this.role === 'listen';
    if (this.#receiving && receivesAnew) this.#ring = new ReceiveRing(this.#receiving);
    const socket = receivesAnew ? receiveInto(held, this.#ring?.onread) : held;
    if (socket !== held) this.#hold(socket);
    if (!this.#ring) socket.setNoDelay(true); // what only receives has nothing to hold back
    this.#watchForStall(socket);
    return socket;
  }

  #failWith(error: unknown): ConnectionFault {
    const fault = connectionFault(error instanceof Error ? error : new Error(String(error)));
    this.fail(fault);
    return this.#fault ?? fault;
  }

  /** A peer that is made to wait, by a slow disk or a slow reader, does not stall. */
  #watchForStall(socket: Socket): void {
    const { stallMs } = this.#options;
    socket.setTimeout(stallMs).on('timeout', () => {
      if (!this.#stream || this.#stream.waitsForPeer)
        this.fail(new ConnectionFault('STALLED', `no progress for ${stallMs} ms`));
      else socket.setTimeout(stallMs);
    });
  }

  /** Ends an open connection that has done its work, or drops one that was never used. */
  close(): void {
    this.#listener?.look(); // whoever was not needed has come all the same
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

  #await(listener: Listening): void {
    this.#listener = listener;
    const { waitMs } = this.#options;
    const late = (): void =>
      this.fail(new ConnectionFault('TIMEOUT', `nobody connected to port ${this.offered.port} within ${waitMs} ms`));
    this.#timer = setTimeout(late, waitMs);
    listener.start({
      onArrival: (arrival) => this.#accept(arrival),
      onError: (error) => this.fail(connectionFault(error)),
    });
    this.#report('offered');
  }

  #accept({ socket, remote }: Arrival): void {
    if (this.#socket || remote.host !== this.#options.control.remote.host) {
      discard(socket, 'end');
      this.#report('refused', { remote, reason: 'not the peer of the control connection' });
      return;
    }
    this.#hold(socket);
    this.#ends = { local: this.offered, remote };
    this.#stopListening();
    this.#wake();
  }

  async #accepted(): Promise<void> {
    this.#listener?.hurry();
    while (!this.#socket) {
      if (this.#ended) throw this.#fault ?? new ConnectionFault('CLOSED', 'closed');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#fault) throw this.#fault;
  }

  async #dialled(): Promise<void> {
    await this.#openPinhole();
    try {
      if (this.#ended) throw this.#fault ?? new ConnectionFault('CLOSED', 'closed'); // whoever was told that it begins may not want it
      this.#hold(connectNear(this.offered, this.#options) ?? (await this.#dial()));
    } finally {
      this.#pinhole.shut();
    }
  }

  async #dial(): Promise<Socket> {
    const { onEvent, dial = dialDirectly } = this.#options;
    if (this.#receiving && dial === dialDirectly) this.#ring = new ReceiveRing(this.#receiving);
    this.#dialling = new AbortController();
    const socket = await dialData(this.offered, this.#options, {
      sourcePort: this.#sourcePort,
      signal: this.#dialling.signal,
      ring: this.#ring,
      onNote: (reason) => this.#report('note', { reason }),
    });
    this.#dialling = undefined;
    // Asking the system is only worth it for those who want to know.
    if (onEvent) {
      const local = endpointOf(socket.localAddress, socket.localPort);
      this.#ends = { local, remote: endpointOf(socket.remoteAddress, socket.remotePort) };
    }
    return socket;
  }

  #hold(socket: Socket | DirectSocket): void {
    this.#socket = socket;
    if (socket instanceof DirectSocket) return;
    socket.on('error', (error) => {
      // Inside TLS what came before a reset is still to be read, and DataStream asks at its end.
      if (!this.#secure) this.fail(connectionFault(error));
    });
  }

  async #openPinhole(): Promise<void> {
    await this.#pinhole.open().catch((error: unknown) => {
      throw this.#failWith(error);
    });
    if (this.#fault) throw this.#fault;
  }

  #stopListening(): void {
    this.#pinhole.shut();
    clearTimeout(this.#timer);
    this.#listener?.close();
    this.#listener = undefined;
  }

  #release(): void {
    this.#stopListening();
    this.#dialling?.abort();
    // A server takes the end of an upload in clear for the end of the file, unless it is a reset.
    const resets = this.#state === 'failed' && this.#options.side === 'client' && !this.#secure;
    this.#secure?.stream.destroy();
    if (this.#socket) discard(this.#socket, resets ? 'reset' : 'end');
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
