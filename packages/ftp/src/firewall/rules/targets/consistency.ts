import { passivePortsOf } from '../port-plan.js';
import { describePorts } from '../ports.js';
import { sideOf } from './placed-rule.js';
import type { RulesRequest } from './target.js';

/** What is to be said about a request; false: nothing. */
export type Check = (request: RulesRequest) => string | false;

/** A helper's rules without any others for data. */
function helperOnly({ features }: RulesRequest): boolean {
  return features.helper !== undefined && !features.range && !features.open;
}

/** Pairs that cannot work: why, and what to do instead. */
const CONTRADICTIONS: readonly Check[] = [
  (request) =>
    helperOnly(request) &&
    request.plan.announced !== undefined &&
    `the helper ignores a 227 that names another address than its sender's, and the server announces ${request.plan.announced}: announce none, or open the range as well (--range)`,
  (request) =>
    helperOnly(request) &&
    request.plan.tls === 'implicit' &&
    'no helper can read TLS, and here it begins with the first byte: open the range (--range)',
  ({ features }) =>
    features.helper !== undefined &&
    features.stateful === false &&
    'a helper expects connections, and a firewall without state knows none: one or the other',
  ({ plan, features, sessions }) => {
    const { first, last } = passivePortsOf(plan);
    const size = last - first + 1;
    return (
      features.range === true &&
      sessions !== undefined &&
      sessions > size &&
      `the passive range has ${size} ports, and ${sessions} sessions may wait for a data connection at one time: enlarge it`
    );
  },
  (request) =>
    request.features.active === true &&
    request.plan.active === 'any' &&
    sideOf(request) === 'client' &&
    'active data connections from any port would open every unprivileged port of the clients to everyone: give the server a fixed one (--active-port 20)',
  ({ features, role }) =>
    features.pinholes === true && role !== 'server' && 'the server opens pinholes on its own host only: --role server',
  ({ role, serverNat, server, router, families }) =>
    role === 'router' &&
    router?.side === 'server' &&
    serverNat === true &&
    server?.ipv4 === undefined &&
    (families?.includes('ipv4') ?? true) &&
    'NAT must know where the server is: --server-address',
];

/** What works in part only, or depends on something that cannot be seen from here. */
const DOUBTS: readonly Check[] = [
  ({ features }) =>
    features.stateful === false &&
    features.outward === true &&
    'without state only answers to FTP get back in: what else is opened outwards, such as looking up names, gets none',
  (request) =>
    request.features.active === true &&
    request.clientNat === true &&
    request.features.helper === undefined &&
    sideOf(request) === 'client' &&
    'behind the clients’ NAT active mode needs a helper that rewrites PORT (--helper): passive mode needs none',
  (request) =>
    helperOnly(request) &&
    request.plan.tls === 'explicit' &&
    'sessions inside TLS get no data connection: a helper cannot read them. For those open the range (--range)',
  ({ features, plan }) =>
    features.range === true &&
    plan.passive === undefined &&
    `the server chooses any unprivileged port, so ${describePorts(passivePortsOf(plan))} are open: give it a range (passive.ports)`,
  ({ features, plan }) =>
    features.active === true &&
    typeof plan.active === 'number' &&
    plan.active < 1024 &&
    plan.control >= 1024 &&
    `the server needs root or CAP_NET_BIND_SERVICE to open connections from port ${plan.active}; without, which port ${plan.control} suggests, it takes any port, and active mode is blocked`,
  ({ features, plan, role }) =>
    features.active === true &&
    plan.active === 'any' &&
    role !== 'client' &&
    'active data connections from any port: whatever runs on the server may reach unprivileged ports anywhere',
  (request) =>
    helperOnly(request) &&
    request.role === 'server' &&
    'a helper opens this host only: a router or a security group in front of it must let data connections through as well',
  (request) =>
    request.serverNat === true &&
    request.plan.announced === undefined &&
    request.features.helper === undefined &&
    'the 227 names the private address: EPSV works, PASV with clients that ignore that address. Announce the public one (publicAddress)',
  (request) =>
    request.clientNat === true &&
    request.features.helper !== undefined &&
    request.plan.tls !== 'none' &&
    'active mode inside TLS cannot work behind the clients’ NAT: 500 Illegal PORT command',
  ({ serverNat, families }) =>
    serverNat === true && families?.includes('ipv4') === false && 'NAT is for IPv4: there is nothing to translate',
];

function found(checks: readonly Check[], request: RulesRequest): string[] {
  return checks.flatMap((check) => check(request) || []);
}

export function contradictionsIn(request: RulesRequest): readonly string[] {
  return found(CONTRADICTIONS, request);
}

/** `ofTarget`: what there is to know about it. */
export function doubtsAbout(request: RulesRequest, ofTarget: readonly Check[]): readonly string[] {
  return found([...DOUBTS, ...ofTarget], request);
}
