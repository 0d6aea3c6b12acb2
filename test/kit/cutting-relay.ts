import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import type { PortRange } from '@twinport/ftp/client';

/** `up`: from client to server. */
export type Direction = 'up' | 'down';

/** Where a connection is cut, and how. */
export interface Cut {
  readonly on: 'control' | 'data';
  readonly direction: Direction;
  /** Octets in that direction that still arrive; none is lost of those before, none comes after. */
  readonly after: number;
  readonly how: 'fin' | 'rst';
  /** Who is told. The other one's connection stays open, and leads nowhere. */
  readonly ends: 'both' | 'client' | 'server';
  /** How many connections of that kind are let through first. */
  readonly skip: number;
  /** How many are cut then. */
  readonly times: number;
}

/** Octets that went through a connection. */
export interface Carried {
  readonly on: Cut['on'];
  readonly up: number;
  readonly down: number;
}

export interface RelayOptions {
  /** A loopback address for clients to connect to: nobody else listens there. The server sees connections come from it too. */
  readonly host: string;
  /** The server's, on 127.0.0.1. */
  readonly passivePorts: PortRange;
}

/**
 * Stands between clients and a server and passes on both connections octet by octet, until it is told to cut one. It changes nothing:
 * a client that connects to its host finds the server's passive ports there as well, under the same numbers.
 */
export class CuttingRelay {
  readonly host: string;
  /** The server's control port on 127.0.0.1. */
  serverPort = 0;
  readonly #listeners: net.Server[] = [];
  readonly #joints = new Set<Joint>();
  readonly #carried: Joint[] = [];
  #port = 0;
  #cut: Cut | undefined;
  #left = 0;
  #skip = 0;
  #done = 0;
  #onIdle: () => void = () => {};

  private constructor(host: string) {
    this.host = host;
  }

  /** Listens. Rejects with EADDRINUSE where a port is taken. */
  static async start({ host, passivePorts }: RelayOptions): Promise<CuttingRelay> {
    const relay = new CuttingRelay(host);
    try {
      relay.#port = await relay.#listen(0);
      for (let port = passivePorts.first; port <= passivePorts.last; port += 1) await relay.#listen(port);
      return relay;
    } catch (error) {
      await relay.close();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Connections cut since `arm`. */
  get cuts(): number {
    return this.#done;
  }

  /** What went through the connections since `arm`, in the order they were made. */
  get carried(): readonly Carried[] {
    return this.#carried.map(({ on, octets }) => ({ on, ...octets }));
  }

  /** From now on connections are cut as told, or none are. */
  arm(cut: Cut | undefined): void {
    this.#cut = cut;
    this.#left = cut?.times ?? 0;
    this.#skip = cut?.skip ?? 0;
    this.#done = 0;
    this.#carried.length = 0;
  }

  /** Resolves when no client has a connection open. */
  async idle(): Promise<void> {
    while ([...this.#joints].some((joint) => !joint.clientGone)) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }

  /** Ends what is still open, for both sides. */
  drop(): void {
    for (const joint of this.#joints) joint.drop();
  }

  async close(): Promise<void> {
    this.drop();
    await Promise.all(
      this.#listeners.splice(0).map(async (listener) => {
        listener.close();
        await once(listener, 'close');
      }),
    );
  }

  async #listen(port: number): Promise<number> {
    const listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.#join(client, port === 0 ? 'control' : 'data', port === 0 ? this.serverPort : port),
    );
    listener.listen({ host: this.host, port, exclusive: true });
    await once(listener, 'listening');
    this.#listeners.push(listener);
    const address = listener.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  #choose(on: Cut['on']): Cut | undefined {
    if (this.#cut?.on !== on || this.#left === 0) return undefined;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return undefined;
    }
    this.#left -= 1;
    return this.#cut;
  }

  #join(client: Socket, on: Cut['on'], port: number): void {
    const server = net.connect({ host: '127.0.0.1', port, localAddress: this.host, allowHalfOpen: true });
    const cut = this.#choose(on);
    const joint = new Joint(on, client, server, cut);
    this.#joints.add(joint);
    this.#carried.push(joint);
    joint.onCut = () => (this.#done += 1);
    joint.onGone = () => {
      if (joint.gone) this.#joints.delete(joint);
      this.#onIdle();
    };
  }
}

/** One client's connection and the one to the server that belongs to it. */
class Joint {
  readonly on: Cut['on'];
  readonly octets = { up: 0, down: 0 };
  onCut: () => void = () => {};
  onGone: () => void = () => {};
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #cut: Cut | undefined;
  #isCut = false;

  constructor(on: Cut['on'], client: Socket, server: Socket, cut: Cut | undefined) {
    this.on = on;
    this.#client = client;
    this.#server = server;
    this.#cut = cut;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      one.on('error', () => {
        if (!this.#isCut) reset(other);
      });
      one.on('end', () => (this.#isCut ? one : other).end());
      one.on('close', () => this.onGone());
    }
    server.once('connect', () => {
      if (cut?.after === 0) return this.#perform(cut);
      this.#pass('up', client, server);
      this.#pass('down', server, client);
      client.resume();
    });
  }

  get clientGone(): boolean {
    return this.#client.closed;
  }

  get gone(): boolean {
    return this.#client.closed && this.#server.closed;
  }

  drop(): void {
    this.#isCut = true;
    this.#client.destroy();
    this.#server.destroy();
  }

  #pass(direction: Direction, from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => {
      if (this.#isCut) return;
      const cut = this.#cut?.direction === direction ? this.#cut : undefined;
      const fitting = cut ? chunk.subarray(0, cut.after - this.octets[direction]) : chunk;
      this.octets[direction] += fitting.length;
      if (cut && this.octets[direction] >= cut.after) {
        this.#isCut = true;
        to.write(fitting, () => this.#perform(cut));
      } else if (!to.write(fitting)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
  }

  #perform({ how, ends }: Cut): void {
    this.#isCut = true;
    this.onCut();
    for (const [side, socket] of [
      ['client', this.#client],
      ['server', this.#server],
    ] as const) {
      if (ends === 'both' || ends === side) {
        if (how === 'fin') socket.end();
        else reset(socket);
      }
      socket.resume(); // what still comes is lost
    }
  }
}

const FIRST_BASE = 20_000;
const BASES = 10_000;

/** So many relays, each on an address of its own, for one server: its passive ports are what `passivePorts` says. */
export async function startRelays(
  test: { after(done: () => Promise<void>): void },
  { count, ports }: { readonly count: number; readonly ports: number },
): Promise<{ readonly relays: readonly CuttingRelay[]; readonly passivePorts: PortRange }> {
  for (let attempt = 1; ; attempt += 1) {
    const first = FIRST_BASE + Math.floor(Math.random() * BASES);
    const passivePorts = { first, last: first + ports - 1 };
    const starts = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => CuttingRelay.start({ host: `127.0.1.${index + 1}`, passivePorts })),
    );
    const relays = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    if (relays.length === count) {
      test.after(async () => void (await Promise.all(relays.map((relay) => relay.close()))));
      return { relays, passivePorts };
    }
    await Promise.all(relays.map((relay) => relay.close()));
    const failed = starts.find((start) => start.status === 'rejected');
    if (attempt === 20) throw failed?.reason;
  }
}

/** A socket that is being shut down cannot be reset: libuv refuses, and Node then never closes it. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
