import { HELPER_NAME } from '../targets/nftables.js';
import { hookOf } from '../targets/placed-rule.js';
import type { Checked, Finding } from './check.js';
import type { FilterHook, FoundRule } from './found-ruleset.js';
import { type Passage, pass } from './pass.js';
import { probePacket } from './probe.js';

/** Whether the helper reads the control connection, where one is wanted. */
export function helperFindings(checked: Checked): Finding[] {
  const { request, placement } = checked;
  if (request.features.helper !== 'assigned') return [];
  const families = placement.families.filter((family) => checked.ruleset.families.includes(family));
  const found = families.map((family) => controlPassage(checked, family, helperHook(checked)).helpers);
  const isSet = found.every((helpers) => helpers.some(({ helper, effective }) => helper === 'ftp' && effective));
  if (isSet) return [];
  const early = found.flat().find(({ effective }) => !effective)?.rule;
  if (early) return [finding('HELPER_PRIORITY', EARLY, early, checked, [early.remove])];
  const [code, text, rule] = elsewhere(checked);
  return [finding(code, text, rule, checked)];
}

/** Whether any helper is set that has an effect. */
export function hasHelper(checked: Checked): boolean {
  return checked.placement.families.some((family) =>
    controlPassage(checked, family, helperHook(checked)).helpers.some(({ effective }) => effective),
  );
}

const EARLY = 'the helper is set before connections are tracked, which has no effect';

function helperHook({ request }: Checked): FilterHook {
  return request.role === 'client' ? 'output' : 'prerouting';
}

function controlPassage({ ruleset, request, placement }: Checked, family: 'ipv4' | 'ipv6', hook: FilterHook): Passage {
  return pass(ruleset, hook, probePacket(placement, { towards: 'server', family, dport: request.plan.control }));
}

function elsewhere(checked: Checked): readonly [code: string, text: string, rule?: FoundRule] {
  const { ruleset, request } = checked;
  const other = request.role === 'client' ? 'prerouting' : 'output';
  const [atOther] = controlPassage(checked, 'ipv4', other).helpers;
  const hook = helperHook(checked);
  if (atOther)
    return [
      'HELPER_HOOK',
      `the helper is set in hook ${other}, which these connections do not come by: ${hook}`,
      atOther.rule,
    ];
  const rule = ruleset.chains.flatMap(({ rules }) => rules).find(({ verdict }) => verdict.kind === 'helper');
  if (rule)
    return ['HELPER_PORT', `the helper is set on other connections than those to port ${request.plan.control}`, rule];
  return ['HELPER_ABSENT', 'no helper reads the control connection: since Linux 6.0 none does by itself'];
}

function finding(
  code: string,
  text: string,
  rule: FoundRule | undefined,
  checked: Checked,
  remove: readonly string[] = [],
): Finding {
  return {
    kind: rule ? 'ineffective' : 'missing',
    code,
    text,
    ...(rule && { rule: rule.text }),
    remove,
    add: checked.ruleset.language === 'nftables' ? nftAssignment(checked) : iptablesAssignment(checked),
  };
}

function nftAssignment(checked: Checked): string[] {
  const { ruleset, request, placement } = checked;
  const hook = hookOf(request, 'server');
  const table =
    ruleset.chains.find(({ base, table: name }) => base?.hook === hook && name.startsWith('inet '))?.table ??
    'inet twinport_ftp';
  const from = placement.router ? `iifname "${placement.router.client}" ` : '';
  return [
    `nft 'add table ${table}'`,
    `nft 'add ct helper ${table} ${HELPER_NAME} { type "ftp" protocol tcp; }'`,
    `nft 'add chain ${table} ftp_assign { type filter hook ${helperHook(checked)} priority filter; }'`,
    `nft 'add rule ${table} ftp_assign ${from}tcp dport ${request.plan.control} ct helper set "${HELPER_NAME}"'`,
  ];
}

function iptablesAssignment({ ruleset, request, placement }: Checked): string[] {
  const chain = request.role === 'client' ? 'OUTPUT' : 'PREROUTING';
  const from = placement.router ? `-i ${placement.router.client} ` : '';
  return ruleset.families.map(
    (family) =>
      `${family === 'ipv4' ? 'iptables' : 'ip6tables'} -t raw -A ${chain} ${from}-p tcp --dport ${request.plan.control} -j CT --helper ftp`,
  );
}
