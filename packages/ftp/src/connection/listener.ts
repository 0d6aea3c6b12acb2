import net, { type Server, type Socket } from 'node:net';
import type { Endpoint } from '../protocol/index.js';
import { ConnectionFault } from './connection-fault.js';
import { DirectSocket } from './direct-socket.js';
import { endpointOf } from './endpoint-of.js';
import { errnoOf } from './errno.js';
import { type PortRange, describePortRange, portsOf } from './port-range.js';
import type { ZeroCopy } from './zero-copy.js';

/** Enough that a stranger's connection, refused at once, does not keep the peer's out. */
const BACKLOG = 128;
/** Milliseconds until the event loop listens too: for peers that take their time, and for strangers who are in their way. */
const DIRECT_MS = 25;

/** A connection that has come in. */
export interface Arrival {
  readonly socket: Socket | DirectSocket;
  readonly remote: Endpoint;
}

export interface ListenerEvents {
  readonly onArrival: (arrival: Arrival) => void;
  readonly onError: (error: Error) => void;
}

/** A port, or a place on one, at which a data connection is waited for. */
export interface Listening {
  readonly port: number;
  start(events: ListenerEvents): void;
  /** Takes whoever is there already, as far as that can be told at once; an arrival may close it. */
  look(): void;
  /** The same, and then whoever comes. */
  hurry(): void;
  /** Whoever is there and was not taken sees an end, no reset. */
  close(): void;
}

/** A port that listens for data connections: by the event loop or, where there is ZeroCopy, by the kernel alone at first. */
export class Listener implements Listening {
  readonly port: number;
  readonly #calls: ZeroCopy | undefined;
  #descriptor: number | undefined;
  #server: Server | undefined;
  #events: ListenerEvents | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(port: number, held: { calls: ZeroCopy; descriptor: number } | { server: Server }) {
    this.port = port;
    if ('server' in held) this.#server = held.server;
    else {
      this.#calls = held.calls;
      this.#descriptor = held.descriptor;
    }
  }

  /** Undefined when the port is taken; 0 is the kernel's choice. */
  static async open(at: Endpoint, calls?: ZeroCopy): Promise<Listener | undefined> {
    try {
      if (calls && !at.host.includes('%')) {
        const { descriptor, port } = calls.listen(at, BACKLOG);
        return new Listener(port, { calls, descriptor });
      }
      const server = await serve({ ...at, exclusive: true, backlog: BACKLOG });
      const address = server.address();
      return new Listener(typeof address === 'object' && address ? address.port : at.port, { server });
    } catch (error) {
      if (errnoOf(error) === 'EADDRINUSE') return undefined;
      throw error;
    }
  }

  /** On a free port of the range. Throws ConnectionFault `NO_PORT`. */
  static async within(range: PortRange, host: string, calls?: ZeroCopy): Promise<Listener> {
    for (const port of portsOf(range)) {
      const listener = await Listener.open({ host, port }, calls);
      if (listener) return listener;
    }
    throw new ConnectionFault('NO_PORT', `${describePortRange(range)}: all in use`);
  }

  start(events: ListenerEvents): void {
    this.#events = events;
    if (this.#server) this.#listen(this.#server);
    else this.#timer = setTimeout(() => void this.#leaveToLoop(), DIRECT_MS);
  }

  hurry(): void {
    this.look();
    void this.#leaveToLoop();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#server?.close();
    this.#server = undefined;
    this.#events = undefined;
    this.look();
    if (this.#descriptor !== undefined) this.#calls?.close(this.#descriptor);
    this.#descriptor = undefined;
  }

  #listen(server: Server): void {
    server.on('connection', (socket) => {
      const remote = endpointOf(socket.remoteAddress, socket.remotePort);
      if (this.#events) this.#events.onArrival({ socket, remote });
      else socket.destroy();
    });
    server.on('error', (error) => this.#events?.onError(error));
  }

  look(): void {
    try {
      while (this.#calls && this.#descriptor !== undefined) {
        const peer = this.#calls.accept(this.#descriptor);
        if (!peer) return;
        const socket = new DirectSocket(this.#calls, peer.descriptor);
        if (this.#events) this.#events.onArrival({ socket, remote: peer.remote });
        else socket.close('end');
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  async #leaveToLoop(): Promise<void> {
    const fd = this.#descriptor;
    if (fd === undefined) return;
    clearTimeout(this.#timer);
    this.#descriptor = undefined;
    try {
      const server = await serve({ fd });
      if (!this.#events) return void server.close();
      this.#server = server;
      this.#listen(server);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#events?.onError(error instanceof Error ? error : new Error(String(error)));
  }
}

function serve(at: net.ListenOptions | { fd: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true });
    server.once('error', reject);
    server.listen(at, () => {
      server.removeAllListeners('error');
      resolve(server);
    });
  });
}
