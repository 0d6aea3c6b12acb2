import { passivePortsOf } from '../port-plan.js';
import type { Ports } from '../ports.js';
import { type Hook, type PlacedRule, type Placement, place, rulesAt, sourcesOf } from './placed-rule.js';
import { type Family, type Renderer, type RuleText, RulesRefused, type RulesRequest } from './target.js';

/** At most 28 characters. */
const PREFIX = 'TWINPORT_FTP';
const OPENS_NOTHING = '! --syn';

/** The chain of ours that a hook of a table calls. */
interface OwnChain {
  readonly table: 'raw' | 'nat' | 'filter';
  readonly hook: string;
  readonly rules: readonly string[];
}

/** Every place that a chain of ours may be at. */
const PLACES = [
  'raw/PREROUTING',
  'raw/OUTPUT',
  'nat/PREROUTING',
  'nat/POSTROUTING',
  'filter/INPUT',
  'filter/OUTPUT',
  'filter/FORWARD',
];

/** Chains of its own, called first: what stands in other chains stays, and sees no packet of these hooks any more. */
export const iptables: Renderer = (request) => {
  const placement = place(request);
  if (request.features.helper === 'too-early')
    throw new RulesRefused('with iptables a helper is assigned in the raw table always: there it works');
  if (request.features.pinholes)
    throw new RulesRefused('iptables cannot look into the sets that the server opens pinholes in: use nftables');
  return {
    texts: placement.families.map((family) => script(family, 'ftp', loadLines(request, placement, family))),
    undo: placement.families.map((family) => script(family, 'undo', removeLines(family, PLACES))),
  };
};

function script(family: Family, what: 'ftp' | 'undo', lines: readonly string[]): RuleText {
  const name = `${what}-${family === 'ipv4' ? 'v4' : 'v6'}.sh`;
  return { name, text: `set -e\n${lines.join('\n')}\n`, load: `sh ${name}` };
}

function programOf(family: Family): string {
  return family === 'ipv4' ? 'iptables' : 'ip6tables';
}

/** Chains are filled anew, and called once. */
function loadLines(request: RulesRequest, placement: Placement, family: Family): string[] {
  const chains = [
    ...rawChains(request, placement),
    ...(family === 'ipv4' ? natChains(request, placement) : []),
    ...filterChains(request, placement, family),
  ];
  const tables = [...new Set(chains.map(({ table }) => table))];
  const used = new Set(chains.map(({ table, hook }) => `${table}/${hook}`));
  return [
    '# Loading it again replaces it.',
    `${programOf(family)}-restore --noflush <<'END'`,
    ...tables.flatMap((name) =>
      tableLines(
        name,
        chains.filter(({ table }) => table === name),
      ),
    ),
    'END',
    ...chains.map((chain) => callLine(family, chain)),
    ...removeLines(
      family,
      PLACES.filter((each) => !used.has(each)),
    ),
  ];
}

function tableLines(table: OwnChain['table'], chains: readonly OwnChain[]): string[] {
  return [
    `*${table}`,
    ...chains.map(({ hook }) => `:${PREFIX}_${hook} - [0:0]`),
    ...chains.flatMap(({ hook, rules }) => rules.map((rule) => rule.replace(/^-A/, `-A ${PREFIX}_${hook}`))),
    'COMMIT',
  ];
}

function callLine(family: Family, { table, hook }: OwnChain): string {
  const program = `${programOf(family)} -w -t ${table}`;
  const call = `${hook} -j ${PREFIX}_${hook}`;
  return `${program} -C ${call} 2>/dev/null || ${program} -I ${call}`;
}

/** However often they are called, and whatever was loaded before. */
function removeLines(family: Family, places: readonly string[]): string[] {
  const program = programOf(family);
  return [
    `${program} -w -S INPUT >/dev/null`,
    `for each in ${places.join(' ')}; do`,
    '\ttable=${each%/*} hook=${each#*/}',
    `\twhile ${program} -w -t $table -D $hook -j ${PREFIX}_$hook 2>/dev/null; do :; done`,
    `\tif ${program} -w -t $table -F ${PREFIX}_$hook 2>/dev/null; then ${program} -w -t $table -X ${PREFIX}_$hook; fi`,
    'done',
  ];
}

function rawChains({ role, plan, features }: RulesRequest, { router }: Placement): OwnChain[] {
  if (features.helper !== 'assigned') return [];
  const from = router ? `-i ${router.client} ` : '';
  return [
    {
      table: 'raw',
      hook: role === 'client' ? 'OUTPUT' : 'PREROUTING',
      rules: [`-A ${from}-p tcp --dport ${plan.control} -m comment --comment "FTP control" -j CT --helper ftp`],
    },
  ];
}

function natChains(request: RulesRequest, { router }: Placement): OwnChain[] {
  const { serverNat, clientNat, server, plan, features } = request;
  if (router?.side === 'client' && clientNat) return [masquerade(`-o ${router.server}`)];
  if (router?.side !== 'server' || !serverNat || server?.ipv4 === undefined) return [];
  const forward = `-A -i ${router.client} -m addrtype --dst-type LOCAL -p tcp`;
  const range = features.open === true || features.range === true;
  const ports = [String(plan.control), ...(range ? [portsText(passivePortsOf(plan))] : [])];
  const rules = ports.map((each) => `${forward} --dport ${each} -j DNAT --to-destination ${server.ipv4}`);
  return [{ table: 'nat', hook: 'PREROUTING', rules }, masquerade(`-o ${router.client} -s ${server.ipv4}`)];
}

function masquerade(match: string): OwnChain {
  return { table: 'nat', hook: 'POSTROUTING', rules: [`-A ${match} -j MASQUERADE`] };
}

function filterChains(request: RulesRequest, placement: Placement, family: Family): OwnChain[] {
  return placement.hooks.map((hook) => ({
    table: 'filter',
    hook: hook.toUpperCase(),
    rules: chainRules(request, placement, hook, family),
  }));
}

/** `-A` stands for the chain; lines that begin with `#` are remarks. */
function chainRules(request: RulesRequest, placement: Placement, hook: Hook, family: Family): string[] {
  const stateful = placement.policy.features.stateful !== false;
  return [
    ...(hook === 'forward' ? [] : [`-A ${hook === 'input' ? '-i' : '-o'} lo -j ACCEPT`]),
    ...(stateful
      ? ['-A -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A -m conntrack --ctstate INVALID -j DROP']
      : []),
    '# "Fragmentation needed" and "packet too big": without them listings work and larger files stop.',
    `-A -p ${family === 'ipv4' ? 'icmp' : 'ipv6-icmp'} -j ACCEPT`,
    ...keepRules(request, hook, stateful),
    ...outwardRules(placement),
    ...rulesAt(placement, hook).flatMap((each) => [
      `# ${each.remark}`,
      ...iptablesRuleLines(request, placement, each, family),
    ]),
    '-A -j DROP',
  ];
}

function keepRules({ keep = [] }: RulesRequest, hook: Hook, stateful: boolean): string[] {
  if (hook === 'forward' || (hook === 'output' && stateful)) return [];
  const match = hook === 'input' ? '--dport' : '--sport';
  const packets = stateful ? '-m conntrack --ctstate NEW ' : hook === 'output' ? `${OPENS_NOTHING} ` : '';
  return keep.map((port) => `-A -p tcp ${match} ${port} ${packets}-m comment --comment "not FTP" -j ACCEPT`);
}

function outwardRules({ policy, router }: Placement): string[] {
  if (!router || !policy.features.outward) return [];
  const [inner, outer] = policy.side === 'server' ? [router.server, router.client] : [router.client, router.server];
  return [`-A -i ${inner} -o ${outer} -m comment --comment "outwards: everything" -j ACCEPT`];
}

/** `-A` stands for the chain. */
export function iptablesRuleLines(
  request: RulesRequest,
  { router }: Placement,
  { rule }: PlacedRule,
  family: Family,
): string[] {
  const toServer = rule.towards === 'server';
  const [from, to] = toServer ? [rule.client, rule.server] : [rule.server, rule.client];
  const [inName, outName] = toServer ? [router?.client, router?.server] : [router?.server, router?.client];
  const interfaces = inName === undefined ? '' : `-i ${inName} -o ${outName} `;
  const ports = `${portsMatch('--sport', from)}${portsMatch('--dport', to)}`;
  const networks = sourcesOf(request, family);
  const addresses = networks ? networks.map((each) => `${toServer ? '-s' : '-d'} ${each} `) : [''];
  return addresses.map(
    (address) =>
      `-A ${interfaces}${address}-p tcp ${ports}${PACKETS[rule.packets]}-m comment --comment "FTP ${rule.for}" -j ACCEPT`,
  );
}

const PACKETS = {
  new: '-m conntrack --ctstate NEW ',
  expected: '-m conntrack --ctstate RELATED -m helper --helper ftp ',
  answers: `${OPENS_NOTHING} `,
  any: '',
} as const;

function portsMatch(option: string, ports: Ports): string {
  return ports.first === 0 ? '' : `${option} ${portsText(ports)} `;
}

function portsText({ first, last }: Ports): string {
  return first === last ? String(first) : `${first}:${last}`;
}
