import { type PathSide, type Policy, type Rule, type Towards, describeRule, policyOf } from '../policy.js';
import { refuseNames } from './refuse-names.js';
import { type Family, type RouterInterfaces, type RulesRequest, BOTH_FAMILIES, RulesRefused } from './target.js';

export type Hook = 'input' | 'output' | 'forward';

/** A rule of the policy at the place where a packet filter looks at it. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly hook: Hook;
  /** What it is for, and its risk: for the line above it. */
  readonly remark: string;
}

/** The firewall that a request asks for, seen by one that looks at packets where they come in, go out, or are forwarded. */
export interface Placement {
  readonly policy: Policy;
  readonly hooks: readonly Hook[];
  readonly rules: readonly PlacedRule[];
  readonly families: readonly Family[];
  readonly router: RouterInterfaces | undefined;
}

export function place(request: RulesRequest): Placement {
  const { role, features, plan, families = BOTH_FAMILIES } = request;
  const router = role === 'router' ? request.router : undefined;
  if (role === 'router' && !router) {
    throw new RulesRefused(
      'a router has two interfaces: say which is towards the clients and which towards the server',
    );
  }
  refuseNames(request);
  const policy = policyOf(sideOf(request), features, plan);
  const rules = policy.rules.map((rule): PlacedRule => ({
    rule,
    hook: hookOf(request, rule.towards),
    remark: `${describeRule(rule)}. Risk: ${rule.risk}.`,
  }));
  const hooks: Hook[] = role === 'router' ? ['forward'] : features.outward ? ['input'] : ['input', 'output'];
  return { policy, hooks: features.open ? [] : hooks, rules, families, router };
}

export function rulesAt({ rules }: Placement, hook: Hook): readonly PlacedRule[] {
  return rules.filter((each) => each.hook === hook);
}

export function sideOf({ role, router }: RulesRequest): PathSide {
  return role === 'router' ? (router?.side ?? 'server') : role;
}

export function hookOf({ role }: RulesRequest, towards: Towards): Hook {
  if (role === 'router') return 'forward';
  return role === towards ? 'input' : 'output';
}

/** Networks of one family among those asked for; undefined: anywhere. An empty list: none of this family. */
export function sourcesOf({ sources }: RulesRequest, family: Family): readonly string[] | undefined {
  return sources?.filter((each) => each.includes(':') === (family === 'ipv6'));
}
