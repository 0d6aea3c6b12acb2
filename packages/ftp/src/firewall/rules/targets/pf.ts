import { passivePortsOf } from '../port-plan.js';
import type { Ports } from '../ports.js';
import { type PlacedRule, type Placement, place } from './placed-rule.js';
import { type Renderer, type RouterInterfaces, RulesRefused, type RulesRequest } from './target.js';

const ANCHOR = 'twinport-ftp';
/** Where ftp-proxy listens. */
const PROXY = 8021;

/** The two dialects: OpenBSD translates within rules, FreeBSD in rules of their own, which come first. */
interface Dialect {
  readonly anchors: readonly string[];
  /** Clients' control connections to ftp-proxy, which opens the data connections by rules below its anchor. */
  readonly helper: (router: RouterInterfaces, control: number) => readonly string[];
  readonly helperAnchors: readonly string[];
  readonly forward: (outer: string, ports: Ports, server: string) => string;
  readonly translate: (outer: string, from: string) => string;
  /** What `pfctl -F` calls the rules of an anchor. */
  readonly kinds: readonly string[];
}

const OPENBSD: Dialect = {
  anchors: [`anchor "${ANCHOR}"`],
  helper: ({ client }, control) => [
    `pass in quick on ${client} inet proto tcp to port ${control} divert-to 127.0.0.1 port ${PROXY}`,
  ],
  helperAnchors: ['anchor "ftp-proxy/*"'],
  forward: (outer, ports, server) =>
    `match in on ${outer} inet proto tcp to (${outer}) port ${portsText(ports)} rdr-to ${server}`,
  translate: (outer, from) => `match out on ${outer} inet from ${from} nat-to (${outer})`,
  kinds: ['rules'],
};

const FREEBSD: Dialect = {
  anchors: [`nat-anchor "${ANCHOR}"`, `rdr-anchor "${ANCHOR}"`, `anchor "${ANCHOR}"`],
  helper: ({ client }, control) => [
    `rdr pass on ${client} inet proto tcp from any to any port ${control} -> 127.0.0.1 port ${PROXY}`,
  ],
  helperAnchors: ['nat-anchor "ftp-proxy/*"', 'rdr-anchor "ftp-proxy/*"', 'anchor "ftp-proxy/*"'],
  forward: (outer, ports, server) =>
    `rdr on ${outer} inet proto tcp from any to (${outer}) port ${portsText(ports)} -> ${server}${ports.first === ports.last ? '' : ` port ${ports.first}:*`}`,
  translate: (outer, from) => `nat on ${outer} inet from ${from} to any -> (${outer})`,
  kinds: ['rules', 'nat'],
};

export const pfOpenbsd: Renderer = (request) => pf(OPENBSD, request);
export const pfFreebsd: Renderer = (request) => pf(FREEBSD, request);

function pf(dialect: Dialect, request: RulesRequest): ReturnType<Renderer> {
  const { features, role } = request;
  const helper = features.helper === 'assigned';
  if (features.helper !== undefined && !(helper && role === 'router' && request.router?.side === 'client'))
    throw new RulesRefused(
      'pf has no helper but ftp-proxy, which serves the clients of a router (--role router --client-nat): elsewhere open the range (--range)',
    );
  if (features.pinholes) throw new RulesRefused('pinholes are opened in an nftables set');
  if (features.stateful === false) throw new RulesRefused('pf remembers connections: leave --stateless out');
  const placement = place(request);
  const lines = [
    ...translation(dialect, request),
    ...(helper && placement.router ? dialect.helper(placement.router, request.plan.control) : []),
    ...outward(placement),
    ...placement.rules
      .filter(({ rule }) => rule.packets === 'new')
      .flatMap((each) => [`# ${each.remark}`, ...ruleLines(request, placement, each)]),
  ];
  const anchors = [...(helper ? dialect.helperAnchors : []), ...dialect.anchors];
  const load = helper ? `pfctl -a ${ANCHOR} -f ftp.pf && ftp-proxy` : `pfctl -a ${ANCHOR} -f ftp.pf`;
  return {
    texts: [
      {
        name: 'ftp.pf',
        text: [`# pf.conf must have: ${anchors.join(', ')}`, ...lines, ''].join('\n'),
        load,
      },
    ],
    undo: [
      {
        name: 'undo.sh',
        text: dialect.kinds.map((kind) => `pfctl -a ${ANCHOR} -F ${kind}\n`).join(''),
        load: 'sh undo.sh',
      },
    ],
  };
}

function translation(
  dialect: Dialect,
  { router, serverNat, clientNat, server, plan, features }: RulesRequest,
): string[] {
  if (router?.side === 'client')
    return clientNat ? [dialect.translate(router.server, `(${router.client}:network)`)] : [];
  if (!router || !serverNat || server?.ipv4 === undefined) return [];
  const { ipv4 } = server;
  const range = features.range ?? features.open ?? false;
  const ports = [{ first: plan.control, last: plan.control }, ...(range ? [passivePortsOf(plan)] : [])];
  return [dialect.translate(router.client, ipv4), ...ports.map((each) => dialect.forward(router.client, each, ipv4))];
}

/** What comes in from its own network may go on: pf looks at it on both interfaces. */
function outward({ policy, router }: Placement): string[] {
  if (!policy.features.outward) return [];
  if (!router) return ['pass out'];
  const [inner, outer] = policy.side === 'server' ? [router.server, router.client] : [router.client, router.server];
  return [`pass in on ${inner}`, `pass out on ${outer}`];
}

function ruleLines({ sources }: RulesRequest, { router }: Placement, { rule, hook }: PlacedRule): string[] {
  const toServer = rule.towards === 'server';
  const [from, to] = toServer ? [rule.client, rule.server] : [rule.server, rule.client];
  const [inName, outName] = toServer ? [router?.client, router?.server] : [router?.server, router?.client];
  const ways = hook === 'forward' ? [`in on ${inName}`, `out on ${outName}`] : [hook === 'input' ? 'in' : 'out'];
  const list = sources ? `{ ${sources.join(', ')} }` : 'any';
  const [source, target] = toServer ? [list, 'any'] : ['any', list];
  return ways.map((way) => `pass ${way} proto tcp from ${source}${portMatch(from)} to ${target}${portMatch(to)}`);
}

function portMatch(ports: Ports): string {
  return ports.first === 0 ? '' : ` port ${portsText(ports)}`;
}

function portsText({ first, last }: Ports): string {
  return first === last ? String(first) : `${first}:${last}`;
}
