import { ipVersion, isPrivate } from '../../protocol/index.js';
import { type PortPlan, type Ports, describePorts } from '../rules/index.js';
import type { Observations, WayObservation } from './observations.js';
import { ANY_SERVER, serverNamedBy } from './server-settings.js';
import { isActive } from './symptoms.js';

/** Something to do, for somebody who has to be told all of it. */
export interface NextStep {
  readonly where: 'here' | 'server' | 'router';
  readonly text: string;
  /** To be pasted: commands, or lines of a configuration. */
  readonly lines: readonly string[];
  /** How to use them. */
  readonly notes?: readonly string[];
}

/** Rows whose cure is that the passive range gets through. */
const OPENS_RANGE = new Set(['RANGE_PARTIAL', 'RANGE_DROP', 'RANGE_REJECT', 'HELPER_TLS', 'HELPER_VS_PASVADDR']);
const CONTROL = new Set(['CONTROL_REFUSED', 'CONTROL_BLOCKED']);
const ADDRESS = new Set(['PASV_PRIVATE', 'PASV_LOOPBACK', 'PASV_WRONG_ADDRESS']);

/** Where the server’s range is not known, or it has none. */
const PROPOSED: Ports = { first: 50_000, last: 50_100 };
const ENOUGH = 'where that is enough, stop here: the rest is for programs and ways that fail';

/** From what was found to files that come, in the order in which it is to be done. */
export function nextSteps(seen: Observations, ids: readonly string[], plan: PortPlan): readonly NextStep[] {
  const opens = ids.some((id) => OPENS_RANGE.has(id) || id === 'PASV_DISABLED');
  const ports = plan.passive ?? PROPOSED;
  const changes = [
    ...serverSettings(seen, ids, opens && !plan.passive ? ports : undefined),
    ...(opens || ids.some((id) => CONTROL.has(id)) ? [serverFirewall(seen, ids, ports)] : []),
    ...(opens ? [router(seen, ids, ports)] : []),
  ];
  const again: NextStep = {
    where: 'here',
    text: 'look again, with the options of this time',
    lines: [`twinport doctor ${urlOf(seen)}`],
  };
  const works = whatWorks(seen).map((step) => (changes.length > 0 ? { ...step, notes: [ENOUGH] } : step));
  return [...works, ...changes, ...(changes.length > 0 ? [again] : [])];
}

function urlOf({ host, port, security, user }: Observations, scheme?: string): string {
  const prefix = scheme ?? { clear: 'ftp', explicit: 'ftpes', implicit: 'ftps' }[security];
  const usual = port === (security === 'implicit' ? 990 : 21);
  const at = host.includes(':') ? `[${host}]` : host;
  return `${prefix}://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${at}${usual ? '' : `:${port}`}/`;
}

/** With a way that works nothing has to be changed at the server. */
function whatWorks(seen: Observations): readonly NextStep[] {
  const { ways, security, user, transfers } = seen;
  if (transfers.some(({ failure }) => failure)) return [];
  const working = ways.filter((way) => !way.failure && way.security === security && way.way !== 'PASV');
  const passive = working.filter((way) => !isActive(way));
  const failing = ways.some((way) => way.failure);
  if (working.length === 0 || !failing) return [];
  const active = passive.length === 0;
  const settings = lftpSettings(security, active, passive);
  const tls = security === 'explicit' ? ' --ssl-reqd' : '';
  const login = user === undefined ? '' : ` --user '${user.replaceAll("'", String.raw`'\''`)}'`;
  const curlUrl = urlOf({ ...seen, user: undefined }, security === 'implicit' ? 'ftps' : 'ftp');
  const lftpUrl = urlOf(seen, security === 'implicit' ? 'ftps' : 'ftp');
  return [
    {
      where: 'here',
      text: active
        ? 'this works now: active mode, in any program that lets you choose it'
        : 'this works now: passive mode (EPSV where it can be chosen), in any program; most use it by themselves',
      lines: [
        `twinport ls${active ? ' --active' : ''} ${urlOf(seen)}`,
        `curl${active ? ' --ftp-port -' : ''}${tls}${login} ${curlUrl}`,
        `lftp -e '${[...settings, 'ls', 'quit'].join('; ')}' ${lftpUrl}`,
      ],
    },
  ];
}

/** lftp takes TLS wherever the server has it, and PASV before EPSV. */
function lftpSettings(
  security: Observations['security'],
  active: boolean,
  passive: readonly WayObservation[],
): readonly string[] {
  return [
    ...(security === 'clear' ? ['set ftp:ssl-allow no'] : ['set ftp:ssl-force yes']),
    ...(active ? ['set ftp:passive-mode no'] : []),
    ...(passive.some(({ way }) => way === 'EPSV') ? ['set ftp:prefer-epsv yes'] : []),
  ];
}

function serverSettings(seen: Observations, ids: readonly string[], range: Ports | undefined): readonly NextStep[] {
  const server = serverNamedBy(seen.logins.map(({ greeting }) => greeting ?? '').find(Boolean) ?? '');
  const address = ids.some((id) => ADDRESS.has(id)) ? publicAddressOf(seen) : undefined;
  const lines = [
    ...(ids.includes('PASV_DISABLED') ? server.allowPassive : []),
    ...(range ? server.range(range) : []),
    ...(address === undefined ? [] : server.address(address)),
  ];
  if (lines.length === 0) return [];
  const restart = server.restart === undefined ? 'then restart the server' : `then: ${server.restart}`;
  const name = server === ANY_SERVER ? '' : ` (it is ${server.name})`;
  return [{ where: 'server', text: `set${name}, ${server.place}`, lines, notes: [restart] }];
}

function publicAddressOf({ logins }: Observations): string | undefined {
  return logins.find(({ family, failure }) => family === 'ipv4' && !failure)?.server.host;
}

function serverFirewall(seen: Observations, ids: readonly string[], ports: Ports): NextStep {
  const { port, logins } = seen;
  const tls = logins.find(({ security, failure }) => security !== 'clear' && !failure)?.security;
  const control = port === 21 ? '' : ` --port ${port}`;
  const announces = ids.some((id) => ADDRESS.has(id) || id === 'HELPER_VS_PASVADDR');
  const address = announces ? publicAddressOf(seen) : undefined;
  const announced = address === undefined ? '' : ` --public-address ${address}`;
  const options = `--passive-ports ${describePorts(ports)}${control}${tls === undefined ? '' : ` --tls ${tls}`}`;
  return {
    where: 'server',
    text: 'see whether its own firewall lets FTP in, as root',
    lines: [`twinport doctor --server ${options}${announced}`],
    notes: [
      'run the commands that this prints after “fix”, if any; they last until the next start: keep them where your rules are kept (nftables: /etc/nftables.conf)',
      `not Linux, or a cloud’s firewall: twinport rules windows ${options} (or pf-freebsd, aws, azure, gcp, docker, …)`,
    ],
  };
}

function router(seen: Observations, ids: readonly string[], ports: Ports): NextStep {
  const range = describePorts(ports);
  const control = seen.port === 21 ? '' : ` --port ${seen.port}`;
  const own = privateAddress(seen);
  const translated = own !== undefined || ids.includes('HELPER_VS_PASVADDR');
  const server = own ?? (translated ? undefined : publicAddressOf(seen));
  const check = `twinport rules check - --diff --role router --range --passive-ports ${range}${control}`;
  return {
    where: 'router',
    text: `only where the server is behind a router or a firewall of its own: let TCP in to ports ${range}${translated ? ', and forward them to the server' : ''}`,
    lines: [
      `WAN=eth0 LAN=eth1 SERVER=${server ?? '192.168.0.2'}`,
      ...(translated ? forwarding(range) : []),
      `nft -j list ruleset | ${check} --server-address $SERVER --client-interface $WAN --server-interface $LAN | sed 's/^[+-] //'`,
    ],
    notes: [
      `that is for Linux, as root. In the first line put the interfaces that ip -brief address shows: WAN to the outside, LAN to the server${server === undefined ? '; and the server’s own address' : ''}`,
      'run the commands that the last one prints; they last until the next start: keep them where your rules are kept (nftables: /etc/nftables.conf)',
      'a home router calls it port forwarding, a cloud a security group: set it there by hand',
    ],
  };
}

function forwarding(range: string): readonly string[] {
  return [
    'nft add table ip twinport_nat',
    "nft 'add chain ip twinport_nat prerouting { type nat hook prerouting priority dstnat; }'",
    `nft "add rule ip twinport_nat prerouting iifname $WAN fib daddr type local tcp dport ${range} dnat to $SERVER"`,
  ];
}

/** The server’s own, where it has told and that is not the one it was reached at. It may say anything, and this is to be pasted. */
function privateAddress({ ways }: Observations): string | undefined {
  return ways
    .flatMap(({ view, way, announced, server }) =>
      [view?.local?.host, way === 'PASV' ? announced?.host : undefined].filter((host) => host !== server.host),
    )
    .find((host) => host !== undefined && ipVersion(host) === 4 && isPrivate(host));
}
