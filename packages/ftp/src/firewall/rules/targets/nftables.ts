import { PINHOLE_SETS, PINHOLE_TABLE, pinholeSetLines } from '../pinhole-sets.js';
import { passivePortsOf } from '../port-plan.js';
import { type Ports, describePorts } from '../ports.js';
import { type Hook, type PlacedRule, type Placement, place, rulesAt, sourcesOf } from './placed-rule.js';
import type { Family, Renderer, RulesRequest } from './target.js';

export const HELPER_NAME = 'ftp-commands';
/** For whichever families it was loaded; only what is there can be deleted. */
const REMOVE = ['inet', 'ip', 'ip6'].flatMap((family) => [
  `table ${family} ${PINHOLE_TABLE}`,
  `delete table ${family} ${PINHOLE_TABLE}`,
]);
const OPENS_NOTHING = 'tcp flags & (fin | syn | rst | ack) != syn';

/** A table of its own. Chains are not named `fwd` or `dst`, which are words of the language. */
export const nftables: Renderer = (request) => {
  const placement = place(request);
  const { pinholes } = request.features;
  const table = `${pinholes ? 'inet' : tableFamily(placement.families)} ${PINHOLE_TABLE}`;
  const lines = [
    ...(pinholes ? pinholeSetLines() : []),
    ...helperLines(request, placement),
    ...placement.hooks.flatMap((hook) => filterChain(request, placement, hook)),
    ...natChains(request, placement),
  ];
  const text = [
    '# Loading it again replaces it. What it drops, no other table can let through again.',
    ...REMOVE,
    `table ${table} {`,
    ...lines.map((line) => `\t${line}`),
    '}',
  ];
  return {
    texts: [{ name: 'ftp.nft', text: `${text.join('\n')}\n`, load: 'nft -f ftp.nft' }],
    undo: [{ name: 'undo.nft', text: `${REMOVE.join('\n')}\n`, load: 'nft -f undo.nft' }],
  };
};

function tableFamily(families: readonly Family[]): string {
  if (families.length > 1) return 'inet';
  return families[0] === 'ipv6' ? 'ip6' : 'ip';
}

function chain(name: string, type: string, lines: readonly string[]): string[] {
  return [`chain ${name} {`, `\ttype ${type}`, ...lines.map((line) => `\t${line}`), '}'];
}

function helperLines({ role, plan }: RulesRequest, { policy, router }: Placement): string[] {
  const { helper } = policy.features;
  if (helper === undefined || helper === 'unassigned') return [];
  const hook = role === 'client' ? 'output' : 'prerouting';
  const from = router ? `iifname "${router.client}" ` : '';
  // A helper is set on connections that are tracked already: not at priority raw.
  const priority = helper === 'too-early' ? 'raw' : 'filter';
  return [
    '# The helper reads the commands and expects the data connections they agree on. It cannot read TLS.',
    `ct helper ${HELPER_NAME} {`,
    '\ttype "ftp" protocol tcp',
    '}',
    ...chain('assign', `filter hook ${hook} priority ${priority}; policy accept;`, [
      `${from}tcp dport ${plan.control} ct helper set "${HELPER_NAME}"`,
    ]),
  ];
}

function filterChain(request: RulesRequest, placement: Placement, hook: Hook): string[] {
  const stateful = placement.policy.features.stateful !== false;
  return chain(hook, `filter hook ${hook} priority filter; policy drop;`, [
    ...(hook === 'forward' ? [] : [`${hook === 'input' ? 'iifname' : 'oifname'} "lo" accept`]),
    ...(stateful ? ['ct state vmap { established : accept, invalid : drop }'] : []),
    '# "Fragmentation needed" and "packet too big": without them listings work and larger files stop.',
    'meta l4proto { icmp, ipv6-icmp } accept',
    ...keepLines(request, hook, stateful),
    ...outwardLines(placement),
    ...rulesAt(placement, hook).flatMap((each) => [`# ${each.remark}`, ...nftRuleLines(request, placement, each)]),
    ...(placement.policy.features.pinholes ? pinholeLines(hook) : []),
  ]);
}

function pinholeLines(hook: Hook): string[] {
  return [
    '# data: one address of a client and one port, put there by the server for as long as it waits. Risk: nothing beside what FTP needs.',
    ...PINHOLE_SETS.filter((each) => each.hook === hook).map(({ rule }) => rule),
  ];
}

/** What is not FTP and stays as it was. */
function keepLines({ keep = [] }: RulesRequest, hook: Hook, stateful: boolean): string[] {
  if (keep.length === 0 || hook === 'forward') return [];
  const ports = keep.length === 1 ? String(keep[0]) : `{ ${keep.join(', ')} }`;
  if (hook === 'input') return [`tcp dport ${ports} ${stateful ? 'ct state new ' : ''}accept comment "not FTP"`];
  return stateful ? [] : [`tcp sport ${ports} ${OPENS_NOTHING} accept comment "not FTP"`];
}

function outwardLines({ policy, router }: Placement): string[] {
  if (!router || !policy.features.outward) return [];
  const [inner, outer] = policy.side === 'server' ? [router.server, router.client] : [router.client, router.server];
  return [`iifname "${inner}" oifname "${outer}" accept comment "outwards: everything"`];
}

/** A rule of the policy as nft writes it; several where networks of both families are named. */
export function nftRuleLines(request: RulesRequest, { router, families }: Placement, { rule }: PlacedRule): string[] {
  const [from, to] = rule.towards === 'server' ? [rule.client, rule.server] : [rule.server, rule.client];
  const [source, destination] = [router?.client, router?.server];
  const [inName, outName] = rule.towards === 'server' ? [source, destination] : [destination, source];
  const interfaces = inName === undefined ? '' : `iifname "${inName}" oifname "${outName}" `;
  const body = `${interfaces}${portsMatch('sport', from)}${portsMatch('dport', to)}${PACKETS[rule.packets]}accept comment "FTP ${rule.for}"`;
  if (!request.sources) return [body];
  const field = rule.towards === 'server' ? 'saddr' : 'daddr';
  return families.flatMap((family) => {
    const networks = sourcesOf(request, family) ?? [];
    if (networks.length === 0) return [];
    return [`${family === 'ipv4' ? 'ip' : 'ip6'} ${field} { ${networks.join(', ')} } ${body}`];
  });
}

function portsMatch(field: 'sport' | 'dport', ports: Ports): string {
  return ports.first === 0 ? '' : `tcp ${field} ${describePorts(ports)} `;
}

const PACKETS = {
  new: 'ct state new ',
  expected: 'ct state related ct helper "ftp" ',
  answers: `${OPENS_NOTHING} `,
  any: '',
} as const;

function natChains(request: RulesRequest, { router, families }: Placement): string[] {
  const { serverNat, clientNat, server, plan, features } = request;
  if (!router || !families.includes('ipv4')) return [];
  const ipv4 = families.length > 1 ? 'meta nfproto ipv4 ' : '';
  if (router.side === 'client') return clientNat ? masquerade(router.server, ipv4) : [];
  if (!serverNat || server?.ipv4 === undefined) return [];
  const range = features.open === true || features.range === true;
  const ports = [plan.control, ...(range ? [describePorts(passivePortsOf(plan))] : [])].join(', ');
  return [
    ...chain('forward_in', 'nat hook prerouting priority dstnat; policy accept;', [
      '# To the same port numbers: those are what the server tells its clients.',
      `iifname "${router.client}" fib daddr type local ${ipv4}tcp dport { ${ports} } dnat ip to ${server.ipv4}`,
    ]),
    ...masquerade(router.client, `ip saddr ${server.ipv4} `),
  ];
}

function masquerade(outer: string, from: string): string[] {
  return chain('translate_out', 'nat hook postrouting priority srcnat; policy accept;', [
    `oifname "${outer}" ${from}masquerade`,
  ]);
}
