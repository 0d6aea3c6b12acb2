import {
  type Family,
  type Features,
  type NetworkPath,
  type PortPlan,
  type Ports,
  type RulesRole,
  type RulesTarget,
  type Situation,
} from '@twinport/ftp/firewall';
import type { Rules } from './loaded-rules.js';
import { type Nat, addressesOf, natOf } from './topology.js';

/** Where the server listens; active data connections leave from the port before the control port. */
export interface ServerPorts {
  readonly control: number;
  readonly passive: Ports;
}

/** The range is wide, for each scenario to use ports that none before has used. */
export const DEFAULT_PORTS: ServerPorts = { control: 21, passive: { first: 50_000, last: 52_999 } };

/** One ruleset on one path. */
export interface Scenario {
  readonly target: RulesTarget;
  readonly role: RulesRole;
  /** What the rules are to do; `kind` names it. */
  readonly kind: string;
  readonly features: Features;
  readonly nat: Nat;
  /** The server, which is behind NAT, announces its public address. */
  readonly announced: boolean;
  readonly ports: ServerPorts;
  /** Rules to be tried instead of generated ones: of the two routers on the server's alone. */
  readonly own?: Rules;
}

export const OPEN: Features = { open: true };

export function planOf({ nat, announced, ports }: Scenario): PortPlan {
  const { seen } = addressesOf(nat, 'ipv4').server;
  return { ...ports, active: ports.control - 1, tls: 'explicit', announced: announced ? seen : undefined };
}

/** As the model knows it. */
export function situationOf(scenario: Scenario, family: Family): Omit<Situation, 'way' | 'tls'> {
  return {
    plan: planOf(scenario),
    path: pathOf(scenario),
    family,
    addresses: addressesOf(scenario.nat, family),
  };
}

/** On routers both sides have the same firewall; on a host there is one, and the routers only translate. */
function pathOf({ role, nat, features, own }: Scenario): NetworkPath {
  const routers = role === 'router' ? features : OPEN;
  return {
    ...natOf(nat),
    clientFirewall: own ? OPEN : routers,
    serverFirewall: routers,
    ...(role === 'client' && { clientHost: features }),
    ...(role === 'server' && { serverHost: features }),
  };
}

/** What a NAT situation is called where the announced address matters. */
export function natName({ nat, announced }: Pick<Scenario, 'nat' | 'announced'>): string {
  return `${nat}${announced ? '+announced' : ''}`;
}
