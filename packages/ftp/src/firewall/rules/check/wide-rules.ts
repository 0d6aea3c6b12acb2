import { type Towards, reaches } from '../policy.js';
import { describePorts } from '../ports.js';
import { hookOf } from '../targets/placed-rule.js';
import type { Family } from '../targets/target.js';
import type { Checked, Finding } from './check.js';
import type { FoundRule } from './found-ruleset.js';
import { hasHelper } from './helper-findings.js';
import { type Passage, pass } from './pass.js';
import { type Probe, probePacket } from './probe.js';

/** Of no service of FTP, privileged and not. */
const UNRELATED = [9, 9_999];
const X11 = 6_000;
const SSH = 22;

/** What gets through that the policy would stop. */
export function wideRules(checked: Checked): Finding[] {
  const { placement, ruleset, request } = checked;
  const { features, side } = placement.policy;
  const towards = (['server', 'client'] as const).filter(
    (each) => !features.open && !(features.outward && each !== side),
  );
  const findings = placement.families.flatMap((family) => {
    if (!ruleset.families.includes(family))
      return [
        {
          kind: 'missing',
          code: 'V6_RULE_MISSING',
          text: `no rules for ${NAMES[family]} were given: print those, too, or ask for one family only`,
          remove: [],
          add: [],
        } as const,
      ];
    return towards.flatMap(
      (each) => open(checked, family, each) ?? [...wideRange(checked, family, each), ...trust(checked, family, each)],
    );
  });
  return unique([
    ...findings,
    ...(hasHelper(checked) || request.features.helper === 'assigned' ? related(checked, towards) : []),
  ]);
}

const NAMES = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

function at({ ruleset, request, placement }: Checked, probe: Probe): Passage {
  return pass(ruleset, hookOf(request, probe.towards), probePacket(placement, probe));
}

/** No filter at all. */
function open(checked: Checked, family: Family, towards: Towards): Finding[] | undefined {
  const passages = UNRELATED.map((dport) => at(checked, { towards, family, dport }));
  if (!passages.every(({ accepted, rule }) => accepted && !rule?.isNarrow)) return undefined;
  const [rule] = passages.flatMap((each) => each.rule ?? []);
  const hook = hookOf(checked.request, towards);
  return [wide('OPEN', `${NAMES[family]} towards the ${towards}: everything is let through in hook ${hook}`, rule)];
}

function wideRange(checked: Checked, family: Family, towards: Towards): Finding[] {
  const { plan } = checked.request;
  if (towards !== 'server' || !plan.passive) return [];
  const { passive } = plan;
  const { first, last } = passive;
  const edges = [first - 1, ...(checked.request.features.range ? [] : [first]), last + 1].filter(
    (port) => port > 1023 && port < 65_536,
  );
  return edges.flatMap((dport) => {
    const packet = { towards, clientPort: 40_000, serverPort: dport };
    const { accepted, rule } = at(checked, { towards, family, dport });
    if (!accepted || reaches(checked.placement.policy, packet)) return [];
    return [
      wide('RANGE_WIDE', `port ${dport} is open, and the server's passive range is ${describePorts(passive)}`, rule),
    ];
  });
}

/** Whoever sends from the server's active port gets in. */
function trust(checked: Checked, family: Family, towards: Towards): Finding[] {
  const { plan } = checked.request;
  const sport = plan.active === 'any' ? 20 : plan.active;
  if (towards !== 'client') return [];
  const allowed = reaches(checked.placement.policy, { towards, clientPort: X11, serverPort: sport });
  const fromThere = at(checked, { towards, family, sport, dport: X11 });
  if (allowed || !fromThere.accepted || at(checked, { towards, family, dport: X11 }).accepted) return [];
  return [
    wide(
      'SOURCE_PORT_TRUST',
      `whoever sends from port ${sport} reaches port ${X11}, and any other that this rule names`,
      fromThere.rule,
    ),
  ];
}

/** A PORT command opens any port that RELATED is not kept from. */
function related(checked: Checked, towards: readonly Towards[]): Finding[] {
  return checked.placement.families.flatMap((family) =>
    towards.flatMap((each) => {
      const { accepted, rule } = at(checked, { towards: each, family, dport: SSH, expected: true });
      if (!accepted || !rule || at(checked, { towards: each, family, dport: SSH }).accepted) return [];
      return [
        wide(
          'RELATED_ANY_PORT',
          `a PORT command opens port ${SSH}, too: RELATED is not limited to ports from 1024 on`,
          rule,
        ),
      ];
    }),
  );
}

function wide(code: string, text: string, rule: FoundRule | undefined): Finding {
  return { kind: 'wide', code, text, ...(rule && { rule: rule.text }), remove: rule ? [rule.remove] : [], add: [] };
}

/** The same rule for both families is said once. */
function unique(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    (each, index) =>
      findings.findIndex(({ text, remove }) => text === each.text && remove[0] === each.remove[0]) === index,
  );
}
