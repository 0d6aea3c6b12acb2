import { passivePortsOf } from '../port-plan.js';
import type { Ports } from '../ports.js';
import { type Hook, type PlacedRule, type Placement, place, rulesAt, sourcesOf } from './placed-rule.js';
import { type Family, type Renderer, type RuleText, RulesRefused, type RulesRequest } from './target.js';

/** At most 28 characters. */
const PREFIX = 'TWINPORT_FTP';
const OPENS_NOTHING = '! --syn';

/** Rules of one table, and what takes them away again. */
interface Table {
  readonly name: 'raw' | 'nat' | 'filter';
  readonly load: readonly string[];
  readonly undo: readonly string[];
}

/** Chains of its own, called first: what stands in other chains stays, and sees no packet of these hooks any more. */
export const iptables: Renderer = (request) => {
  const placement = place(request);
  if (request.features.helper === 'too-early')
    throw new RulesRefused('with iptables a helper is assigned in the raw table always: there it works');
  if (request.features.pinholes)
    throw new RulesRefused('iptables cannot look into the sets that the server opens pinholes in: use nftables');
  const each = (what: 'load' | 'undo'): RuleText[] =>
    placement.families.map((family) => textOf(family, tablesOf(request, placement, family), what));
  return { texts: each('load'), undo: each('undo') };
};

function textOf(family: Family, tables: readonly Table[], what: 'load' | 'undo'): RuleText {
  const version = family === 'ipv4' ? 'v4' : 'v6';
  const name = what === 'load' ? `ftp.${version}` : `undo.${version}`;
  const lines = tables.flatMap((each) => [`*${each.name}`, ...each[what], 'COMMIT']);
  return {
    name,
    text: `${lines.join('\n')}\n`,
    load: `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-restore --noflush < ${name}`,
  };
}

function tablesOf(request: RulesRequest, placement: Placement, family: Family): Table[] {
  const tables = [
    rawTable(request, placement),
    ...(family === 'ipv4' ? [natTable(request, placement)] : []),
    filterTable(request, placement, family),
  ];
  return tables.filter(({ load }) => load.length > 0);
}

/** Rules of a chain that is not ours. */
function table(name: Table['name'], rules: readonly string[]): Table {
  return { name, load: rules.map((rule) => `-A ${rule}`), undo: rules.map((rule) => `-D ${rule}`) };
}

function rawTable({ role, plan, features }: RulesRequest, { router }: Placement): Table {
  if (features.helper !== 'assigned') return table('raw', []);
  const chain = role === 'client' ? 'OUTPUT' : 'PREROUTING';
  const from = router ? `-i ${router.client} ` : '';
  return table('raw', [
    `${chain} ${from}-p tcp --dport ${plan.control} -m comment --comment "FTP control" -j CT --helper ftp`,
  ]);
}

function natTable(request: RulesRequest, { router }: Placement): Table {
  const { serverNat, clientNat, server, plan, features } = request;
  if (router?.side === 'client' && clientNat) return table('nat', [`POSTROUTING -o ${router.server} -j MASQUERADE`]);
  if (router?.side !== 'server' || !serverNat || server?.ipv4 === undefined) return table('nat', []);
  const forward = `PREROUTING -i ${router.client} -m addrtype --dst-type LOCAL -p tcp`;
  const range = features.open === true || features.range === true;
  const ports = [String(plan.control), ...(range ? [portsText(passivePortsOf(plan))] : [])];
  return table('nat', [
    ...ports.map((each) => `${forward} --dport ${each} -j DNAT --to-destination ${server.ipv4}`),
    `POSTROUTING -o ${router.client} -s ${server.ipv4} -j MASQUERADE`,
  ]);
}

function filterTable(request: RulesRequest, placement: Placement, family: Family): Table {
  const chains = placement.hooks.map((hook) => [hook, `${PREFIX}_${hook.toUpperCase()}`] as const);
  return {
    name: 'filter',
    load: [
      ...chains.map(([, name]) => `:${name} - [0:0]`),
      ...chains.flatMap(([hook, name]) =>
        chainRules(request, placement, hook, family).map((rule) => rule.replace(/^-A/, `-A ${name}`)),
      ),
      ...chains.map(([hook, name]) => `-I ${hook.toUpperCase()} -j ${name}`),
    ],
    undo: [
      ...chains.map(([hook, name]) => `-D ${hook.toUpperCase()} -j ${name}`),
      ...chains.flatMap(([, name]) => [`-F ${name}`, `-X ${name}`]),
    ],
  };
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
