import type { Endpoint } from '../protocol/index.js';
import { ConnectionFault } from './connection-fault.js';
import type { Listening } from './listener.js';
import { PassivePort, type PassivePortEvents } from './passive-port.js';
import { type PortPart, type PortRange, describePortRange, portsOf } from './port-range.js';
import type { ZeroCopy } from './zero-copy.js';

export interface PassivePortsSettings {
  readonly range: PortRange;
  /** Whether clients of different addresses may wait on one port. */
  readonly share: boolean;
  /** Whose ports are tried first, so that its clients share those. Default: the whole range. */
  readonly part?: PortPart | undefined;
  /** Milliseconds that an offer waits for a port when none is free; 0: none. */
  readonly waitMs: number;
}

export interface PassiveOffer {
  /** Our own address, to listen on. */
  readonly host: string;
  /** The address that the client's connection will come from. */
  readonly client: string;
  readonly zeroCopy?: ZeroCopy | undefined;
  /** Whose abort ends the wait. */
  readonly signal: AbortSignal;
}

/** The passive ports of a server. Two offers to one client address never have the same port at the same time. */
export class PassivePorts {
  readonly #settings: () => PassivePortsSettings;
  readonly #onStranger: PassivePortEvents['onStranger'];
  /** Those of a range, by address and port. */
  readonly #open = new Map<string, PassivePort>();
  readonly #queue = new Set<Waiting>();

  /** `settings` may change: those hold that there are when a port is taken. */
  constructor(settings: () => PassivePortsSettings, onStranger: PassivePortEvents['onStranger']) {
    this.#settings = settings;
    this.#onStranger = onStranger;
  }

  /** Ports of the range on which somebody is waited for. */
  get open(): number {
    return this.#open.size;
  }

  /** Throws ConnectionFault `NO_PORT` when none is free for this client, and none becomes free in time. */
  async take(offer: PassiveOffer): Promise<Listening> {
    const place = (await this.#find(offer)) ?? (await this.#findInTime(offer));
    if (place) return place;
    throw new ConnectionFault('NO_PORT', `${describePortRange(this.#settings().range)}: all in use`);
  }

  async #findInTime(offer: PassiveOffer): Promise<Listening | undefined> {
    const { waitMs } = this.#settings();
    if (waitMs === 0) return undefined;
    const waiting = new Waiting(offer.client);
    const end = (): void => waiting.end();
    const timer = setTimeout(end, waitMs);
    offer.signal.addEventListener('abort', end);
    this.#queue.add(waiting);
    try {
      for (;;) {
        const place = await this.#find(offer);
        if (place || waiting.isOver || offer.signal.aborted) return place;
        await waiting.woken();
      }
    } finally {
      clearTimeout(timer);
      offer.signal.removeEventListener('abort', end);
      this.#queue.delete(waiting);
    }
  }

  async #find({ host, client, zeroCopy }: PassiveOffer): Promise<Listening | undefined> {
    const { range, share, part } = this.#settings();
    for (const port of portsOf(range, part)) {
      const key = `${host} ${port}`;
      const known = this.#open.get(key);
      if (known && (!share || known.has(client))) continue;
      const place = await (known ?? this.#listen(key, { host, port }, zeroCopy)).join(client);
      if (place) return place;
    }
    return undefined;
  }

  #listen(key: string, at: Endpoint, zeroCopy: ZeroCopy | undefined): PassivePort {
    const opened = new PassivePort(at, zeroCopy, {
      onStranger: this.#onStranger,
      onLeft: (client) => this.#wake(client),
      onEmpty: () => this.#open.delete(key),
    });
    if (at.port > 0) this.#open.set(key, opened);
    return opened;
  }

  /** Who has waited longest; on a shared port the place was of use to one client address only. */
  #wake(client: string): void {
    const { share } = this.#settings();
    for (const waiting of this.#queue) {
      if (waiting.isAwake || (share && waiting.client !== client)) continue;
      return waiting.wake();
    }
  }
}

/** An offer that waits for a port. It is woken as well while it is looking for one. */
class Waiting {
  readonly client: string;
  isAwake = false;
  isOver = false;
  #resolve: () => void = () => {};

  constructor(client: string) {
    this.client = client;
  }

  async woken(): Promise<void> {
    if (!this.isAwake) await new Promise<void>((resolve) => (this.#resolve = resolve));
    this.isAwake = false;
  }

  end(): void {
    this.isOver = true;
    this.wake();
  }

  wake(): void {
    this.isAwake = true;
    this.#resolve();
  }
}
