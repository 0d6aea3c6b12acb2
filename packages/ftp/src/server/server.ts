import { EventEmitter, once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type SecureContext, createSecureContext } from 'node:tls';
import {
  type ConnectionEvent,
  ControlConnection,
  type PortRange,
  type SourcePort,
  ANY_PORT,
  endpointOf,
  errnoOf,
  useOwnTickets,
} from '../connection/index.js';
import { type Endpoint, maskText, reply } from '../protocol/index.js';
import { Admission } from './admission.js';
import { Arrivals } from './arrivals.js';
import { checkChanges, checkOptions } from './check-options.js';
import { Dispatcher } from './dispatcher.js';
import type { ServerEvents, SessionEvent, WarningEvent } from './events.js';
import { HeldAnswers } from './held-answers.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { type LoginMemory, LoginThrottle } from './login-throttle.js';
import type { ServerChanges, ServerOptions, TlsOptions } from './options.js';
import { PassiveListening } from './passive-listening.js';
import { PublicAddresses } from './public-addresses.js';
import { Session } from './session.js';

const LISTEN_ATTEMPTS = 20;

/** An FTP server. Made by {@link createServer}; `listen` starts it, `close` drains and stops it. */
export class Server extends EventEmitter<ServerEvents> {
  /** The same object for good: `update` changes what is in it. */
  readonly limits: Limits;
  readonly throttle: LoginMemory;
  readonly heldAnswers = new HeldAnswers();
  readonly arrivals = new Arrivals(() => this.limits.maxRememberedNetworks);
  readonly passiveListening = new PassiveListening(this);
  #options: ServerOptions;
  #publicAddresses: PublicAddresses;
  readonly #listeners: net.Server[] = [];
  readonly #sessions = new Map<number, Dispatcher>();
  readonly #admission: Admission;
  #lastSession = 0;
  #sharedContext: SecureContext | undefined;
  #closing = false;

  constructor(options: ServerOptions) {
    super();
    checkOptions(options);
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.throttle = options.throttle ?? new LoginThrottle(this.limits);
    this.#admission = new Admission(this.limits);
    this.#publicAddresses = this.#addressesOf(options);
    this.#sharedContext = options.tls && createContext(options.tls);
  }

  /** Those that hold now. */
  get options(): ServerOptions {
    return this.#options;
  }

  get passivePorts(): PortRange {
    return this.options.passivePorts ?? ANY_PORT;
  }

  /** The passive ports as clients know them. */
  get advertisedPorts(): PortRange {
    return this.options.advertisedPorts ?? this.passivePorts;
  }

  /** What clients are told of a passive port. */
  advertisedPort(port: number): number {
    return port - this.passivePorts.first + this.advertisedPorts.first;
  }

  /** Where it listens. */
  get endpoints(): readonly Endpoint[] {
    return this.#listeners.map((listener) => {
      const address = listener.address();
      if (typeof address !== 'object' || !address) throw new Error('not listening');
      return { host: address.address, port: address.port };
    });
  }

  /** Those that run here, not with `workers`. */
  get sessions(): readonly Session[] {
    return [...this.#sessions.values()].map((each) => each.session);
  }

  /** Listens on every host; rejects with the system's error (EADDRINUSE, EACCES, …) or, for a public address without an IPv4 address, with OptionsFault; nothing is open then. */
  async listen(): Promise<this> {
    await this.publicAddresses.start();
    const { host, port = 21 } = this.options;
    const hosts = host === undefined ? defaultHosts() : typeof host === 'string' ? [host] : host;
    for (let attempt = 1; ; attempt += 1) {
      try {
        for (const each of hosts) await this.#listenOn(each, this.endpoints[0]?.port ?? port);
        return this;
      } catch (error) {
        for (const listener of this.#listeners.splice(0)) listener.close();
        // The kernel's choice for one address may be taken on the next.
        const again = port === 0 && hosts.length > 1 && errnoOf(error) === 'EADDRINUSE';
        if (!again || attempt === LISTEN_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Changes options while it runs. Sessions, logins, transfers and waits that begin from now on have the new ones; what is running goes
   * on with those it began with. Throws, as `createServer` does, before anything is changed.
   */
  update(changes: ServerChanges): void {
    checkChanges(changes);
    const limits = { ...this.options.limits, ...changes.limits };
    const options = { ...this.options, ...changes, limits };
    checkOptions(options);
    const context = options.tls && createContext(options.tls);
    options.workers?.update(options);
    this.#sharedContext = context;
    this.#options = options;
    Object.assign(this.limits, limits);
    if ('publicAddress' in changes || changes.limits?.publicAddressMs !== undefined)
      this.#publicAddresses = this.#addressesOf(options, this.#publicAddresses);
  }

  /** What is announced to a client of this server. */
  get publicAddresses(): PublicAddresses {
    return this.#publicAddresses;
  }

  /** Runs a session for a server that has let the client in and numbered it, and has read nothing of it. Resolves when it is over. */
  async adopt(socket: Socket, id: number): Promise<void> {
    const dispatcher: Dispatcher = new Dispatcher((events) => {
      const control = new ControlConnection(socket, {
        maxLineLength: this.limits.maxLineLength,
        onEvent: (event) => this.#emitConnection(id, event),
        ...events,
      });
      return new Session(id, this, control, {
        send: (message) => dispatcher.send(message),
        discardPending: () => dispatcher.discardPending(),
      });
    });
    this.#sessions.set(id, dispatcher);
    void dispatcher.start();
    await dispatcher.done;
    this.#sessions.delete(id);
  }

  /** Takes no more sessions, lets transfers end (at most `limits.drainMs`), then ends the rest. */
  async close(): Promise<void> {
    this.#closing = true;
    const closed = this.#listeners.splice(0).map(async (listener) => {
      listener.close();
      // Of sockets that were sent to processes which have all ended since, Node.js waits for the end in vain.
      if (!this.options.workers) await once(listener, 'close');
    });
    const late = setTimeout(() => this.#endAll(), this.limits.drainMs);
    await Promise.all([this.options.workers?.close(), ...[...this.#sessions.values()].map((each) => each.drain())]);
    clearTimeout(late);
    await Promise.all(closed);
    this.heldAnswers.release();
    this.publicAddresses.close();
  }

  /** Ends everything at once. */
  async destroy(): Promise<void> {
    this.#endAll();
    this.options.workers?.destroy();
    await this.close();
  }

  /** The port active data connections leave from: 20 beside 21 (RFC 959 §5.2). */
  sourcePort(control: Endpoint): SourcePort {
    return this.options.activePort ?? (control.port > 1 ? control.port - 1 : 'any');
  }

  /** A context whose tickets nobody else's connections can resume, so that a data connection can prove whose it is. */
  sessionContext(): SecureContext | undefined {
    const { tls } = this.options;
    return tls?.dataReuse === 'off' ? this.#sharedContext : tls && createContext(tls);
  }

  /** Octets of a buffer for one of the transfers now running, at most `largest`. */
  shareOfBuffers(largest: number): number {
    const share = this.limits.transferBufferBytes / 2 / Math.max(1, this.#transfers);
    return Math.max(16 * 1024, Math.min(largest, 2 ** Math.floor(Math.log2(share))));
  }

  #transfers = 0;
  transferStarted(): void {
    this.#transfers += 1;
  }
  transferEnded(): void {
    this.#transfers -= 1;
  }

  /** Transfers that are running, here or with `workers`. */
  async transfers(): Promise<number> {
    return (await this.options.workers?.transfers()) ?? this.#transfers;
  }

  reportConnection(session: Session, event: ConnectionEvent): void {
    if (event.kind === 'data' && event.state === 'note') this.warn(session, 'SOURCE_PORT', event.reason ?? '');
    this.#emitConnection(session.id, event);
  }

  warn(session: Session, code: WarningEvent['code'], message: string, cause?: unknown): void {
    this.emit('warning', {
      ...this.about(session),
      code,
      message: maskText(message),
      ...(cause !== undefined && { cause }),
    });
  }

  /** What every event says of its session. */
  about(session: Session): SessionEvent {
    const { id, user, client, control } = session;
    return {
      at: Date.now(),
      session: id,
      remote: control.remote,
      ...(user !== undefined && { user }),
      ...(client !== undefined && { client }),
    };
  }

  /** Lines are only put into words when somebody listens. */
  reportLines(session: number, direction: 'in' | 'out', texts: () => readonly string[]): void {
    if (this.listenerCount('connection') === 0) return;
    for (const text of texts()) this.emit('connection', { kind: 'line', at: Date.now(), direction, text, session });
  }

  #emitConnection(session: number, event: ConnectionEvent): void {
    if (this.listenerCount('connection') > 0) this.emit('connection', { ...event, session });
  }

  async #listenOn(host: string, port: number): Promise<void> {
    const listener = net.createServer({ pauseOnConnect: true }, (socket) => this.#connected(socket));
    listener.listen({ host, port, ipv6Only: net.isIPv6(host), backlog: 511 });
    try {
      await once(listener, 'listening');
    } catch (error) {
      // A kernel without IPv6 is no reason not to serve IPv4.
      if (this.options.host === undefined && net.isIPv6(host) && errnoOf(error) === 'EAFNOSUPPORT') return;
      throw error;
    }
    // Out of descriptors, say: those who are here stay, the next may come in.
    listener.on('error', (cause) =>
      this.emit('warning', {
        at: Date.now(),
        code: 'ACCEPT_FAILED',
        message: `could not accept a connection on ${host}`,
        cause,
      }),
    );
    this.#listeners.push(listener);
  }

  #connected(socket: Socket): void {
    const id = ++this.#lastSession;
    const address = endpointOf(socket.remoteAddress, socket.remotePort).host;
    if (this.#closing || !this.#admission.admits(address)) {
      this.#turnAway(socket, id);
      return;
    }
    const { workers } = this.options;
    const over = workers ? workers.take(socket, id) : this.adopt(socket, id);
    void over.then(() => this.#admission.left(address));
  }

  #turnAway(socket: Socket, session: number): void {
    socket.on('error', () => {}); // a peer that is turned away may leave as it likes
    const remote = endpointOf(socket.remoteAddress, socket.remotePort);
    this.emit('warning', {
      at: Date.now(),
      session,
      remote,
      code: 'TOO_MANY_SESSIONS',
      message: 'turned away: too many sessions',
    });
    socket.end('421 Too many connections, try again later\r\n', () => socket.destroy());
  }

  #addressesOf({ publicAddress }: ServerOptions, before?: PublicAddresses): PublicAddresses {
    const options = {
      resolveMs: this.limits.publicAddressMs,
      onUnresolved: (message: string, cause: unknown) =>
        void this.emit('warning', { at: Date.now(), code: 'PUBLIC_ADDRESS', message, cause }),
    };
    return new PublicAddresses(publicAddress, options, before);
  }

  #endAll(): void {
    for (const each of this.#sessions.values()) each.end(reply(421, 'The server is shutting down'));
  }
}

function createContext({ key, cert, minVersion = 'TLSv1.2' }: TlsOptions): SecureContext {
  const context = createSecureContext({ key, cert, minVersion, sessionIdContext: 'twinport' });
  useOwnTickets(context);
  return context;
}

/** Both families, one listener each, so that an address is never IPv4 inside IPv6. */
function defaultHosts(): readonly string[] {
  return ['0.0.0.0', '::'];
}

/** A server that is not listening yet; it throws when the certificate cannot be used. */
export function createServer(options: ServerOptions): Server {
  return new Server(options);
}
