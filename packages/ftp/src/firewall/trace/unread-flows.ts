import type { JoinedFlow } from './join-data.js';

/** Data connections that no negotiation has been found for yet, by the ports that they were opened to. */
export class UnreadFlows {
  readonly #flows: Set<JoinedFlow>;
  readonly #byPort = new Map<number, Set<JoinedFlow>>();

  constructor(flows: Iterable<JoinedFlow>) {
    this.#flows = new Set(flows);
    for (const flow of this.#flows)
      for (const port of portsOf(flow)) {
        const others = this.#byPort.get(port);
        if (others) others.add(flow);
        else this.#byPort.set(port, new Set([flow]));
      }
  }

  [Symbol.iterator](): Iterator<JoinedFlow> {
    return this.#flows.values();
  }

  /** Those to any of these ports at any point. */
  to(ports: Iterable<number>): ReadonlySet<JoinedFlow> {
    return new Set([...ports].flatMap((port) => [...(this.#byPort.get(port) ?? [])]));
  }

  delete(flow: JoinedFlow): void {
    this.#flows.delete(flow);
    for (const port of portsOf(flow)) this.#byPort.get(port)?.delete(flow);
  }
}

function portsOf({ seen }: JoinedFlow): readonly number[] {
  return Array.from(seen.values(), ({ responder }) => responder.port);
}
