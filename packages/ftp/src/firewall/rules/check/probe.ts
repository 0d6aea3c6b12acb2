import type { Rule, Towards } from '../policy.js';
import type { Ports } from '../ports.js';
import type { Placement } from '../targets/placed-rule.js';
import type { Family } from '../targets/target.js';
import type { ProbePacket } from './found-ruleset.js';

/** Of no service. */
const SOME_PORT = 40_000;

export interface Probe {
  readonly towards: Towards;
  readonly family: Family;
  readonly sport?: number;
  readonly dport: number;
  readonly expected?: boolean;
  readonly opens?: boolean;
}

/** As it comes by a firewall, from somewhere in the network. */
export function probePacket({ router }: Placement, probe: Probe): ProbePacket {
  const { towards, family, sport = SOME_PORT, dport, expected = false, opens = true } = probe;
  const state = expected ? 'related' : opens ? 'new' : 'established';
  const [from, to] = router && towards === 'client' ? [router.server, router.client] : [router?.client, router?.server];
  return {
    family,
    sport,
    dport,
    state,
    opens,
    ...(expected && { helper: 'ftp' }),
    ...(from !== undefined && to !== undefined && { interfaces: { in: from, out: to } }),
  };
}

/** What a rule must let through: the ends of its ports and the middle. */
export function probesOf(rule: Rule, family: Family): readonly Probe[] {
  const { towards, packets, client, server } = rule;
  const [from, to] = towards === 'server' ? [client, server] : [server, client];
  const ports = packets === 'expected' ? [SOME_PORT] : samples(to);
  const sport = somePort(from);
  return ports.map((dport) => ({
    towards,
    family,
    sport,
    dport,
    expected: packets === 'expected',
    opens: packets !== 'answers',
  }));
}

function samples({ first, last }: Ports): number[] {
  if (first === 0) return [SOME_PORT];
  return [...new Set([first, Math.floor((first + last) / 2), last])];
}

function somePort({ first, last }: Ports): number {
  return first <= SOME_PORT && last >= SOME_PORT ? SOME_PORT : first;
}
