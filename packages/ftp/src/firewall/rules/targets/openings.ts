import { type Ports, UNPRIVILEGED } from '../ports.js';
import { type PlacedRule, place } from './placed-rule.js';
import { type Family, RulesRefused, type RulesRequest } from './target.js';

/** What a host's packet filter that remembers connections is told: let connections in, or out, from and to these ports. */
export interface Opening {
  /** `control`, `passive data`, `active data`. */
  readonly for: string;
  readonly direction: 'in' | 'out';
  /** Where the connection goes to. */
  readonly ports: Ports;
  /** Where it comes from. */
  readonly from: Ports;
  readonly remark: string;
}

/** What a target can do of what a policy may ask for. */
export interface Abilities {
  readonly helper?: boolean;
  /** It cannot ask where clients come from. */
  readonly anyone?: boolean;
  /** It writes, forwards or listens on every port by itself. */
  readonly eachPort?: boolean;
  readonly roles: readonly RulesRequest['role'][];
}

/** For targets that know connections and ports only. Throws RulesRefused when more is asked of them. */
export function openingsOf(request: RulesRequest, target: string, abilities: Abilities): readonly Opening[] {
  const { role, features } = request;
  if (!abilities.roles.includes(role))
    throw new RulesRefused(`${target} has no rules for ${ROLES[role]}: use nftables or pf there`);
  if (features.helper !== undefined && !abilities.helper)
    throw new RulesRefused(
      `${target} reads no commands, so it can expect no data connection: open the range (--range)`,
    );
  if (features.stateful === false)
    throw new RulesRefused(`${target} remembers connections always: leave --stateless out`);
  if (features.pinholes) throw new RulesRefused(`the server opens pinholes with nftables, not with ${target}`);
  if (abilities.eachPort && features.range && request.plan.passive === undefined)
    throw new RulesRefused(
      `${target} needs each port of the passive range, and the server chooses any of 64512: give it a small range (passive.ports = "50000-50100")`,
    );
  if (request.sources && (abilities.anyone || role === 'client'))
    throw new RulesRefused(
      abilities.anyone
        ? `${target} lets in everyone: leave --source out, and limit it by another firewall`
        : 'on a client only servers are the other side: leave --source out',
    );
  return place(request)
    .rules.filter(({ rule }) => rule.packets === 'new')
    .map((each) => openingOf(request, each));
}

const ROLES = { server: 'a server', client: 'a client', router: 'a router' } as const;

function openingOf({ role }: RulesRequest, { rule, remark }: PlacedRule): Opening {
  const [from, ports] = rule.towards === 'server' ? [rule.client, rule.server] : [rule.server, rule.client];
  return { for: rule.for, direction: role === rule.towards ? 'in' : 'out', ports, from, remark };
}

/** Whether a rule names it, or takes any. */
export function isNarrow({ first }: Ports): boolean {
  return first !== 0 && first !== UNPRIVILEGED.first;
}

/** Networks to name in a rule, where the target must name some. */
export function networksOf({ sources, families = ['ipv4', 'ipv6'] }: RulesRequest, family: Family): readonly string[] {
  if (!families.includes(family)) return [];
  if (!sources) return [family === 'ipv4' ? '0.0.0.0/0' : '::/0'];
  return sources.filter((each) => each.includes(':') === (family === 'ipv6'));
}

/** Of every family that was asked for. */
export function allNetworksOf(request: RulesRequest): readonly string[] {
  return [...networksOf(request, 'ipv4'), ...networksOf(request, 'ipv6')];
}

/** `ftp-passive-data` */
export function slug(opening: Opening): string {
  return `ftp-${opening.for.replaceAll(' ', '-')}`;
}
