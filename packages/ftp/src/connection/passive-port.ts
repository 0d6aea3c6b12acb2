import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Endpoint } from '../protocol/index.js';
import { discard } from './direct-socket.js';
import { type Arrival, Listener, type ListenerEvents, type Listening } from './listener.js';
import type { ZeroCopy } from './zero-copy.js';

export interface PassivePortEvents {
  /** An arrival from an address that several offers wait here for, and none of them of that address. It has been closed. */
  readonly onStranger: (remote: Endpoint, port: number) => void;
  /** An offer is over: its client may wait here again. */
  readonly onLeft: (client: string) => void;
  /** Nobody waits any more. */
  readonly onEmpty: () => void;
}

/** One listening port on which offers wait, told apart by the address of their client: one of each. It is closed when nobody waits. */
export class PassivePort {
  readonly at: Endpoint;
  readonly #events: PassivePortEvents;
  readonly #places = new Map<string, Place>();
  readonly #listener: Promise<Listener | undefined>;
  #open: Listener | undefined;

  constructor(at: Endpoint, calls: ZeroCopy | undefined, events: PassivePortEvents) {
    this.at = at;
    this.#events = events;
    this.#listener = Listener.open(at, calls).then((listener) => this.#opened(listener));
  }

  has(client: string): boolean {
    return this.#places.has(client);
  }

  /** Resolves with a place for the client, who must have none here; undefined when another process has the port. */
  async join(client: string): Promise<Listening | undefined> {
    const isShared = this.#places.size > 0;
    const place = new Place(client, this);
    this.#places.set(client, place);
    try {
      const listener = await this.#listener;
      if (!listener) return this.#forget(place);
      place.port = listener.port;
      if (isShared) await this.#drain(listener);
      return place;
    } catch (error) {
      this.#forget(place);
      throw error;
    }
  }

  look(): void {
    this.#open?.look();
  }

  hurry(): void {
    this.#open?.hurry();
  }

  /** What has come for this place and was not taken sees an end, no reset. */
  leave(place: Place): void {
    if (this.#places.get(place.client) !== place) return;
    place.left = true;
    if (this.#places.size > 1) this.#open?.look();
    this.#forget(place);
    this.#events.onLeft(place.client);
  }

  #forget(place: Place): undefined {
    this.#places.delete(place.client);
    if (this.#places.size > 0) return;
    this.#open?.close();
    this.#events.onEmpty();
  }

  #opened(listener: Listener | undefined): Listener | undefined {
    this.#open = listener;
    listener?.start({
      onArrival: (arrival) => this.#arrived(arrival),
      onError: (error) => {
        for (const place of this.#places.values()) place.events?.onError(error);
      },
    });
    return listener;
  }

  /** An earlier offer to the same client may have gone without the connection that was on its way: this one must not get it. */
  async #drain(listener: Listener): Promise<void> {
    listener.hurry();
    await nextTurn();
    await nextTurn();
  }

  #arrived(arrival: Arrival): void {
    const { socket, remote } = arrival;
    const [first] = this.#places.values();
    // Who waits alone is told of strangers, which it turns away itself.
    const place = this.#places.get(remote.host) ?? (this.#places.size === 1 ? first : undefined);
    if (place?.events) return place.events.onArrival(arrival);
    discard(socket, 'end');
    if (!place) this.#events.onStranger(remote, this.at.port);
  }
}

/** One offer's place on a port. */
class Place implements Listening {
  readonly client: string;
  readonly #at: PassivePort;
  port = 0;
  left = false;
  #events: ListenerEvents | undefined;

  constructor(client: string, at: PassivePort) {
    this.client = client;
    this.#at = at;
  }

  /** Whom to tell; nobody before it has started, and after it has left. */
  get events(): ListenerEvents | undefined {
    return this.left ? undefined : this.#events;
  }

  start(events: ListenerEvents): void {
    this.#events = events;
  }

  look(): void {
    this.#at.look();
  }

  hurry(): void {
    this.#at.hurry();
  }

  close(): void {
    this.#at.leave(this);
  }
}
