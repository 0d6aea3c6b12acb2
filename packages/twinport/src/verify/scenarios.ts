import { type Features, RulesRefused, type RulesRole } from '@twinport/ftp/firewall';
import type { Rules } from './loaded-rules.js';
import type { VerifyTarget } from './requirements.js';
import { rulesOf } from './rules-of.js';
import type { Scenario, ServerPorts } from './scenario.js';
import type { Nat } from './topology.js';

export interface ScenarioChoice {
  readonly targets: readonly VerifyTarget[];
  readonly roles: readonly RulesRole[];
  /** What rules are to do, by name. */
  readonly kinds: Readonly<Record<string, Features>>;
  readonly nats: readonly Nat[];
  readonly ports: ServerPorts;
  /** Rules to be tried instead of generated ones. */
  readonly own?: Rules;
}

export interface Scenarios {
  readonly scenarios: readonly Scenario[];
  /** Why some are left out: what a target cannot do. */
  readonly leftOut: readonly string[];
}

export function scenariosOf(choice: ScenarioChoice): Scenarios {
  const scenarios: Scenario[] = [];
  const leftOut = new Set<string>();
  for (const scenario of combinationsOf(choice)) {
    const refusal = refusalOf(scenario);
    if (refusal === undefined) scenarios.push(scenario);
    else leftOut.add(refusal);
  }
  return { scenarios, leftOut: [...leftOut] };
}

/** A server behind NAT is tried twice: it announces its public address, or it does not. */
function combinationsOf({ targets, roles, kinds, nats, ports, own }: ScenarioChoice): readonly Scenario[] {
  const situations = nats.flatMap((nat) => [
    { nat, announced: false },
    ...(nat === 'server' || nat === 'both' ? [{ nat, announced: true }] : []),
  ]);
  return situations.flatMap((situation) =>
    targets.flatMap((target) =>
      roles.flatMap((role) =>
        Object.entries(kinds).map(([kind, features]) => {
          // What is RELATED it lets in on every port, whatever its rules are.
          const those = target === 'ufw' && features.helper ? { ...features, anyExpected: true } : features;
          return { ...situation, ports, target, role, kind, features: those, ...(own && { own }) };
        }),
      ),
    ),
  );
}

function refusalOf(scenario: Scenario): string | undefined {
  try {
    rulesOf(scenario);
    return undefined;
  } catch (error) {
    if (error instanceof RulesRefused) return error.message;
    throw error;
  }
}
