import { type PathSide, renderUnchecked } from '@twinport/ftp/firewall';
import type { Rules } from './loaded-rules.js';
import { OPEN, type Scenario, planOf } from './scenario.js';
import { type Hosts, ROUTER, addressesOf, natOf } from './topology.js';
import { inUfw } from './ufw.js';

const NONE: Rules = { texts: [], undo: [] };

/** What is loaded where: the rules under test, and those of routers that only translate. Throws RulesRefused. */
export function rulesOf(scenario: Scenario): Readonly<Record<keyof Hosts, Rules>> {
  const { target, role, features, own } = scenario;
  const routers = {
    client: NONE,
    clientRouter: routerRules(scenario, 'client'),
    serverRouter: routerRules(scenario, 'server'),
    server: NONE,
  };
  if (own) return { ...routers, [role === 'router' ? 'serverRouter' : role]: own };
  if (role === 'router') return routers;
  const rules = renderUnchecked(target, { plan: planOf(scenario), role, features });
  return { ...routers, [role]: target === 'ufw' ? inUfw(rules, features) : rules };
}

function routerRules(scenario: Scenario, side: PathSide): Rules {
  const { role, nat, own } = scenario;
  const isTested = role === 'router' && !own;
  const { clientNat, serverNat } = natOf(nat);
  if (!isTested && !(side === 'client' ? clientNat : serverNat)) return NONE;
  return renderUnchecked(isTested ? scenario.target : 'nftables', {
    plan: planOf(scenario),
    role: 'router',
    features: isTested ? scenario.features : OPEN,
    router: { side, ...ROUTER },
    clientNat,
    serverNat,
    server: { ipv4: addressesOf(nat, 'ipv4').server.own },
  });
}
