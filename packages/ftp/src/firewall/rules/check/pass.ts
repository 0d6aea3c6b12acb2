import type { FilterHook, FoundChain, FoundRule, FoundRuleset, ProbePacket } from './found-ruleset.js';

/** Where the kernel begins to track connections: a helper that is set before has no effect with nftables. */
const CONNTRACK_PRIORITY = -200;

/** What becomes of a packet at a hook. */
export interface Passage {
  readonly accepted: boolean;
  /** What decided; none: a policy. */
  readonly rule: FoundRule | undefined;
  /** The chain that dropped it, which came to it by itself. */
  readonly droppedBy: FoundChain | undefined;
  /** Rules that set a helper on it, and whether that has an effect. */
  readonly helpers: readonly { readonly rule: FoundRule; readonly helper: string; readonly effective: boolean }[];
}

/** Every chain of the hook must accept it. */
export function pass(ruleset: FoundRuleset, hook: FilterHook, packet: ProbePacket): Passage {
  const chains = ruleset.chains
    .filter(({ base, families }) => base?.hook === hook && families.includes(packet.family))
    .toSorted((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0));
  const helpers: Passage['helpers'][number][] = [];
  let rule: FoundRule | undefined;
  for (const chain of chains) {
    const effective = ruleset.language === 'iptables' || (chain.base?.priority ?? 0) > CONNTRACK_PRIORITY;
    const run = new ChainRun(ruleset, packet, (setter, helper) => helpers.push({ rule: setter, helper, effective }));
    const verdict = run.chain(chain);
    if (verdict === 'drop' || (verdict === undefined && chain.base?.policy === 'drop'))
      return { accepted: false, rule: run.decidedBy, droppedBy: chain, helpers };
    rule = run.decidedBy ?? rule;
  }
  return { accepted: true, rule, droppedBy: undefined, helpers };
}

class ChainRun {
  decidedBy: FoundRule | undefined;
  readonly #ruleset: FoundRuleset;
  readonly #packet: ProbePacket;
  /** Chains that have let this packet go on, or call themselves: the kernel has none of those, a file may. */
  readonly #seen = new Set<string>();
  readonly #onHelper: (rule: FoundRule, helper: string) => void;

  constructor(ruleset: FoundRuleset, packet: ProbePacket, onHelper: (rule: FoundRule, helper: string) => void) {
    this.#ruleset = ruleset;
    this.#packet = packet;
    this.#onHelper = onHelper;
  }

  /** Undefined: the end of the chain. */
  chain(chain: FoundChain): 'accept' | 'drop' | undefined {
    if (this.#seen.has(chain.id)) return undefined;
    this.#seen.add(chain.id);
    for (const rule of chain.rules) {
      if (!this.#matches(rule)) continue;
      const { verdict } = rule;
      if (verdict.kind === 'return') return undefined;
      if (verdict.kind === 'accept' || verdict.kind === 'drop') {
        this.decidedBy = rule;
        return verdict.kind;
      }
      if (verdict.kind === 'helper') this.#onHelper(rule, verdict.helper);
      if (verdict.kind !== 'jump' && verdict.kind !== 'goto') continue;
      const called = this.#ruleset.chains.find(({ id }) => id === chain.id.replace(/\S+$/, verdict.chain));
      const result = called && this.chain(called);
      if (result !== undefined || verdict.kind === 'goto') return result;
    }
    return undefined;
  }

  /** What cannot be known is taken for a match where the rule speaks of ports, or leads to such rules, and never where it drops. */
  #matches({ matches, isNarrow, verdict }: FoundRule): boolean {
    const results = new Set(matches.map((match) => match(this.#packet)));
    if (results.has(false)) return false;
    if (!results.has(undefined)) return true;
    if (verdict.kind === 'jump' || verdict.kind === 'goto') return true;
    return isNarrow && (verdict.kind === 'accept' || verdict.kind === 'helper');
  }
}
