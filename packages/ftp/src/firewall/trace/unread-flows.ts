import type { Flow } from './flow.js';
import type { JoinedFlow } from './join-data.js';
import type { ObservationPoint } from './observation-point.js';

/** Which data connection is looked for, as it was seen at one point. */
export interface Wanted {
  readonly point: ObservationPoint;
  readonly responder: Flow['responder'];
  /** Default: any. */
  readonly initiator: string | undefined;
  /** When it began, at the earliest. */
  readonly from: number;
}

/** Data connections that no negotiation has been found for yet. */
export class UnreadFlows {
  readonly #flows: Set<JoinedFlow>;
  readonly #queues = new Map<ObservationPoint, Map<string, FlowQueue>>();

  constructor(flows: Iterable<JoinedFlow>) {
    this.#flows = new Set(flows);
    const seen = [...this.#flows].flatMap((joined) => Array.from(joined.seen.values(), (flow) => ({ flow, joined })));
    for (const each of seen.toSorted((one, other) => one.flow.firstAt - other.flow.firstAt)) {
      const { point, responder, initiator } = each.flow;
      for (const host of [undefined, initiator.host]) this.#queue(point, keyOf(responder, host)).entries.push(each);
    }
  }

  [Symbol.iterator](): Iterator<JoinedFlow> {
    return this.#flows.values();
  }

  /** The first of those that began then or later. */
  first({ point, responder, initiator, from }: Wanted): Seen | undefined {
    return this.#queues.get(point)?.get(keyOf(responder, initiator))?.first(from, this.#flows);
  }

  delete(flow: JoinedFlow): void {
    this.#flows.delete(flow);
  }

  #queue(point: ObservationPoint, key: string): FlowQueue {
    const queues = this.#queues.get(point) ?? new Map<string, FlowQueue>();
    this.#queues.set(point, queues);
    const queue = queues.get(key) ?? new FlowQueue();
    queues.set(key, queue);
    return queue;
  }
}

interface Seen {
  readonly flow: Flow;
  readonly joined: JoinedFlow;
}

/** Data connections in the order they began. */
class FlowQueue {
  readonly entries: Seen[] = [];
  /** From one that is gone to the next that may not be. */
  readonly #next = new Map<number, number>();

  first(from: number, left: ReadonlySet<JoinedFlow>): Seen | undefined {
    let place = this.#lowest(from);
    const gone: number[] = [];
    for (let each = this.entries[place]; each && !left.has(each.joined); each = this.entries[place]) {
      gone.push(place);
      place = this.#next.get(place) ?? place + 1;
    }
    for (const each of gone) this.#next.set(each, place);
    return this.entries[place];
  }

  #lowest(from: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.flow.firstAt ?? Infinity) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyOf({ host, port }: Flow['responder'], initiator: string | undefined): string {
  return `${host} ${port} ${initiator ?? ''}`;
}
