import { type PathSide, renderRules } from '@twinport/ftp/firewall';
import type { Rules } from './loaded-rules.js';
import { OPEN, type Scenario, planOf } from './scenario.js';
import { type Hosts, ROUTER, addressesOf, natOf } from './topology.js';

/** What is loaded where: the rules under test, and those of routers that only translate. Throws RulesRefused. */
export function rulesOf(scenario: Scenario): ReadonlyMap<keyof Hosts, Rules> {
  const { target, role, features, own } = scenario;
  const rules = new Map<keyof Hosts, Rules>([
    ['clientRouter', routerRules(scenario, 'client')],
    ['serverRouter', routerRules(scenario, 'server')],
  ]);
  if (own) rules.set(role === 'router' ? 'serverRouter' : role, own);
  else if (role !== 'router') rules.set(role, renderRules(target, { plan: planOf(scenario), role, features }));
  return rules;
}

function routerRules(scenario: Scenario, side: PathSide): Rules {
  const { role, nat, own } = scenario;
  const isTested = role === 'router' && !own;
  const { clientNat, serverNat } = natOf(nat);
  if (!isTested && !(side === 'client' ? clientNat : serverNat)) return { texts: [], undo: [] };
  return renderRules(isTested ? scenario.target : 'nftables', {
    plan: planOf(scenario),
    role: 'router',
    features: isTested ? scenario.features : OPEN,
    router: { side, ...ROUTER },
    clientNat,
    serverNat,
    server: { ipv4: addressesOf(nat, 'ipv4').server.own },
  });
}
