import { type PlacedRule, rulesAt } from '../targets/placed-rule.js';
import { iptablesRuleLines } from '../targets/iptables.js';
import { nftRuleLines } from '../targets/nftables.js';
import type { Family } from '../targets/target.js';
import type { Checked, Finding } from './check.js';
import type { FoundChain } from './found-ruleset.js';
import { type Passage, pass } from './pass.js';
import { probePacket, probesOf } from './probe.js';

interface Stopped {
  readonly family: Family;
  readonly dport: number;
  readonly passage: Passage;
}

/** Rules of the policy that a packet of theirs does not find. */
export function missingRules(checked: Checked): Finding[] {
  return checked.placement.hooks.flatMap((hook) =>
    rulesAt(checked.placement, hook).flatMap((placed) => {
      const stopped = stoppedOf(checked, placed);
      return stopped.length === 0 ? [] : [finding(checked, placed, stopped)];
    }),
  );
}

function stoppedOf({ ruleset, placement }: Checked, { rule, hook }: PlacedRule): Stopped[] {
  return placement.families.flatMap((family) => {
    if (!ruleset.families.includes(family)) return [];
    return probesOf(rule, family).flatMap((probe) => {
      const passage = pass(ruleset, hook, probePacket(placement, probe));
      return passage.accepted ? [] : [{ family, dport: probe.dport, passage }];
    });
  });
}

function finding(checked: Checked, placed: PlacedRule, stopped: readonly Stopped[]): Finding {
  const families = [...new Set(stopped.map(({ family }) => family))];
  const ports = [...new Set(stopped.map(({ dport }) => dport))];
  const [by] = stopped.flatMap(({ passage }) => passage.rule ?? []);
  const onlyIpv6 = families.length === 1 && families[0] === 'ipv6' && checked.placement.families.length > 1;
  return {
    kind: 'missing',
    code: onlyIpv6 ? 'V6_RULE_MISSING' : CODES[placed.rule.for],
    text: `${onlyIpv6 ? 'not over IPv6: ' : ''}${placed.remark.replace(/\. Risk.*/, '')} (stopped: ${ports.join(', ')})`,
    ...(by && { rule: by.text }),
    remove: [],
    add: additions(checked, placed, stopped),
  };
}

const CODES = { control: 'CONTROL_BLOCKED', 'passive data': 'RANGE_DROP', 'active data': 'ACTIVE_DROP' } as const;

/** At the head of every chain that has dropped it. */
function additions(checked: Checked, placed: PlacedRule, stopped: readonly Stopped[]): readonly string[] {
  const chains = new Map<string, readonly [FoundChain, Family]>();
  for (const { family, passage } of stopped)
    if (passage.droppedBy) chains.set(passage.droppedBy.id, [passage.droppedBy, family]);
  return Array.from(chains.values(), ([chain, family]) => commands(checked, placed, chain, family)).flat();
}

function commands(
  { ruleset, request, placement }: Checked,
  placed: PlacedRule,
  chain: FoundChain,
  family: Family,
): string[] {
  if (ruleset.language === 'nftables')
    return nftRuleLines(request, placement, placed).map(
      (line) => `nft 'insert rule ${chain.table} ${chain.name} ${line}'`,
    );
  const program = family === 'ipv4' ? 'iptables' : 'ip6tables';
  return iptablesRuleLines(request, placement, placed, family).map(
    (line) => `${program} ${line.replace(/^-A/, `-I ${chain.name}`)}`,
  );
}
