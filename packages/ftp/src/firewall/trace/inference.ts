import {
  type Conclusion,
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type FirewallKind,
  type NetworkPath,
  type Outcome,
  type PortPlan,
  type Situation,
  type Way,
  outcomeOf,
  simulate,
} from '../rules/index.js';

/** What was seen of one way of transferring on a path. */
export interface Observation {
  readonly way: Way;
  readonly tls: boolean;
  readonly family: 'ipv4' | 'ipv6';
  readonly outcome: Outcome;
}

export interface Inferable {
  readonly plan: Pick<PortPlan, 'announced' | 'active' | 'tls'>;
  readonly nat: Pick<NetworkPath, 'clientNat' | 'serverNat'>;
  /** All that was seen on the path, the one in question first. */
  readonly observations: readonly [Observation, ...Observation[]];
  /** The side of the device that stopped it, where the captures tell. */
  readonly stoppedBy: 'client' | 'server' | undefined;
}

/** In the order in which they are believed: what explains no more than was seen comes first. */
const KINDS: readonly FirewallKind[] = [
  'none',
  'control',
  'range',
  'helper',
  'helper+range',
  'range+active',
  'stateless',
  'related',
  'helper-too-early',
];

/** What is concluded does not depend on which addresses and ports there are. */
type Inferred = Pick<Conclusion, 'cause' | 'also'>;

/**
 * Turns the model round: which firewalls would make happen all that was seen? What these agree on is concluded: the cause of the likeliest,
 * and what else would work with every one of them.
 */
export class Inference {
  readonly #known = new Map<string, Inferred | undefined>();

  /** Undefined where no firewall of the model explains it. */
  infer(seen: Inferable): Inferred | undefined {
    const { announced, active, tls } = seen.plan;
    const key = JSON.stringify({ ...seen, plan: [announced === undefined, active === 'any', tls] });
    if (!this.#known.has(key)) this.#known.set(key, infer(seen));
    return this.#known.get(key);
  }
}

function infer(seen: Inferable): Inferred | undefined {
  const conclusions = fitting(seen).map((path) => simulate(situation(seen, path, seen.observations[0])).conclusion);
  const [likeliest, ...others] = conclusions.filter((each) => isStoppedBy(each, seen.stoppedBy));
  if (likeliest?.cause === undefined) return undefined;
  const also = likeliest.also.filter((words) => others.every((each) => each.also.includes(words)));
  return { cause: likeliest.cause, also };
}

function fitting(seen: Inferable): readonly NetworkPath[] {
  return KINDS.flatMap((client) => KINDS.map((server) => pathOf(seen, client, server))).filter((path) =>
    fits(seen, path),
  );
}

function pathOf({ nat }: Inferable, client: FirewallKind, server: FirewallKind): NetworkPath {
  return { ...nat, clientFirewall: FIREWALL_KINDS[client], serverFirewall: FIREWALL_KINDS[server] };
}

function fits(seen: Inferable, path: NetworkPath): boolean {
  return seen.observations.every((each) => kindOf(outcomeOf(situation(seen, path, each))) === kindOf(each.outcome));
}

/** Whether a device drops or rejects is its own choice. */
function kindOf(outcome: Outcome): Outcome {
  return outcome === 'refused' ? 'timeout' : outcome;
}

function situation(seen: Inferable, path: NetworkPath, { way, tls, family }: Observation): Situation {
  const plan = { ...DEFAULT_PLAN, ...seen.plan };
  return { plan, path, way, tls, family };
}

function isStoppedBy({ place }: Conclusion, side: Inferable['stoppedBy']): boolean {
  return side === undefined || place === undefined || place === (side === 'client' ? 1 : 2);
}
