import { type Network, formatNetwork, networkOf } from '../protocol/index.js';

/** One customer, or what is behind one NAT. */
const BITS = { v4: 24, v6: 64 };
/** Later ones than this many ago tell nothing of how it is now. */
const KEPT = 50;

/** What became of the last data connections with the clients of a network, all announced in the same way. */
export interface Tally {
  readonly network: string;
  readonly asked: number;
  readonly missed: number;
}

/** Remembers which data connections came, by client network and announcement; of so many, the oldest being forgotten. */
export class Arrivals {
  readonly #limit: () => number;
  readonly #outcomes = new Map<string, boolean[]>();

  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** `announced`: how, and with which address. */
  note(client: string, announced: string, came: boolean): Tally {
    const network = formatNetwork(networkWith(client));
    const key = `${network} ${announced}`;
    const outcomes = this.#outcomes.get(key) ?? [];
    outcomes.push(came);
    if (outcomes.length > KEPT) outcomes.shift();
    this.#outcomes.delete(key);
    this.#outcomes.set(key, outcomes);
    for (const oldest of this.#outcomes.keys()) {
      if (this.#outcomes.size <= this.#limit()) break;
      this.#outcomes.delete(oldest);
    }
    return { network, asked: outcomes.length, missed: outcomes.filter((each) => !each).length };
  }
}

function networkWith(client: string): Network {
  return networkOf(client === 'unknown' ? '0.0.0.0' : client, BITS);
}
