import { type PortPlan, activePortsOf, passivePortsOf } from './port-plan.js';
import { ANY_PORTS, type Ports, UNPRIVILEGED, includesPort, onePort, portsInWords } from './ports.js';

/** Which side of the path a firewall protects. */
export type PathSide = 'client' | 'server';
/** Which way the packet of a connection travels. */
export type Towards = 'client' | 'server';

/** What a firewall does for FTP. Everything else it drops, unless it lets everything through. */
export interface Features {
  /** No filter at all. */
  readonly open?: boolean;
  /** Remembers connections, and lets what belongs to one through. Default true; without, each packet is looked at by itself. */
  readonly stateful?: boolean;
  /**
   * Reads the control connection and expects the data connections it negotiates. `unassigned`: RELATED is let through, but no helper is
   * set on the control port (needed since Linux 6.0). `too-early`: it is set at raw priority, before connections are tracked.
   */
  readonly helper?: 'assigned' | 'unassigned' | 'too-early';
  /** Lets the passive range through, at all times. */
  readonly range?: boolean;
  /** Lets what comes from the server's active port through to the client's unprivileged ports, at all times. */
  readonly active?: boolean;
  /** Lets everything out that its own side opens, as most firewalls do. */
  readonly outward?: boolean;
  /** The server itself opens each data connection it has negotiated, and closes it again. */
  readonly pinholes?: boolean;
}

/** Common ones, by the names of the command line. */
export const FIREWALL_KINDS = {
  none: { open: true },
  control: {},
  helper: { helper: 'assigned' },
  range: { range: true },
  'helper+range': { helper: 'assigned', range: true },
  'range+active': { range: true, active: true },
  stateless: { stateful: false, range: true, active: true },
  pinholes: { pinholes: true },
  related: { helper: 'unassigned' },
  'helper-too-early': { helper: 'too-early' },
} as const satisfies Record<string, Features>;

export type FirewallKind = keyof typeof FIREWALL_KINDS;

export type RuleFor = 'control' | 'passive data' | 'active data';

/** One thing that is let through, seen from FTP: between which ports of the client and of the server, and which way. */
export interface Rule {
  readonly for: RuleFor;
  readonly towards: Towards;
  readonly client: Ports;
  readonly server: Ports;
  /**
   * `new`: opens a connection, whose further packets a stateful firewall knows. `expected`: the same, where the helper expects it.
   * `answers`: packets that open nothing (ACK set), for firewalls that remember nothing. `any`: every packet, for the same ones.
   */
  readonly packets: 'new' | 'expected' | 'answers' | 'any';
  /** What else it lets through. */
  readonly risk: string;
}

export interface Policy {
  readonly side: PathSide;
  readonly features: Features;
  readonly rules: readonly Rule[];
}

const NO_RISK = 'nothing beside what FTP needs';

/** What a firewall with these features lets through, at this side, for a server with this plan. */
export function policyOf(side: PathSide, features: Features, plan: PortPlan): Policy {
  const rules = features.open ? [] : [...controlRules(features, plan), ...dataRules(side, features, plan)];
  return { side, features, rules: rules.filter(({ towards }) => !features.outward || towards === side) };
}

function controlRules({ stateful = true }: Features, { control }: PortPlan): Rule[] {
  const server = onePort(control);
  const base = { for: 'control', client: ANY_PORTS, server, risk: NO_RISK } as const;
  if (stateful) return [{ ...base, towards: 'server', packets: 'new' }];
  return [
    { ...base, towards: 'server', packets: 'any' },
    { ...base, towards: 'client', packets: 'answers' },
  ];
}

function dataRules(side: PathSide, features: Features, plan: PortPlan): Rule[] {
  const { stateful = true, helper, range, active } = features;
  return [
    ...(helper === undefined ? [] : expectedRules()),
    ...(range ? passiveRules(side, stateful, plan) : []),
    ...(active ? activeRules(side, stateful, plan) : []),
  ];
}

/** Limited to unprivileged ports: without that a PORT command opens port 22 or 445 of the client. */
function expectedRules(): Rule[] {
  const risk = 'whoever can write PORT or 227 on the control connection opens one unprivileged port';
  const base = { client: UNPRIVILEGED, packets: 'expected', risk } as const;
  return [
    { ...base, for: 'passive data', towards: 'server', server: UNPRIVILEGED },
    { ...base, for: 'active data', towards: 'client', server: ANY_PORTS },
  ];
}

function passiveRules(side: PathSide, stateful: boolean, plan: PortPlan): Rule[] {
  const server = passivePortsOf(plan);
  const idle = server.last - server.first + 1;
  const risk =
    side === 'server'
      ? `${idle} ${idle === 1 ? 'port' : 'ports'} of the server can be reached at all times: anything else that listens there, too`
      : 'programs inside can reach these ports of any server';
  const base = { for: 'passive data', client: UNPRIVILEGED, server } as const;
  if (stateful) return [{ ...base, towards: 'server', packets: 'new', risk }];
  return [
    { ...base, towards: 'server', packets: 'any', risk },
    { ...base, towards: 'client', packets: 'answers', risk: 'packets with ACK set get in from these ports: scans do' },
  ];
}

function activeRules(side: PathSide, stateful: boolean, plan: PortPlan): Rule[] {
  const server = activePortsOf(plan);
  const risk =
    side === 'server'
      ? `what may use ${portsInWords(server)} of the server reaches unprivileged ports anywhere`
      : `whoever sends from ${portsInWords(server)} reaches every unprivileged port of the client`;
  const base = { for: 'active data', client: UNPRIVILEGED, server, risk } as const;
  if (stateful) return [{ ...base, towards: 'client', packets: 'new' }];
  return [
    { ...base, towards: 'client', packets: 'any' },
    { ...base, towards: 'server', packets: 'answers', risk: NO_RISK },
  ];
}

/** A packet between the two ends, whatever their addresses. */
export interface FtpPacket {
  readonly towards: Towards;
  readonly clientPort: number;
  readonly serverPort: number;
  /** Whether it opens a connection: SYN without ACK. */
  readonly opens: boolean;
  /** Whether the firewall expects this connection: its helper has read of it, or the server has opened a pinhole for it. */
  readonly expected: 'helper' | 'pinhole' | undefined;
}

export interface Decision {
  readonly passes: boolean;
  /** The rule, or the policy, in words. */
  readonly rule: string;
}

export function decide({ side, features, rules }: Policy, packet: FtpPacket): Decision {
  if (features.open) return { passes: true, rule: 'no filter' };
  if (features.outward && packet.towards !== side) return { passes: true, rule: 'outwards: everything' };
  if (packet.expected === 'pinhole') return { passes: true, rule: 'a pinhole that the server has opened' };
  const stateful = features.stateful !== false;
  if (stateful && !packet.opens) return { passes: true, rule: 'established' };
  const rule = rules.find((each) => matches(each, packet));
  if (rule) return { passes: true, rule: describeRule(rule) };
  return { passes: false, rule: 'no rule lets it through: policy drop' };
}

function matches(rule: Rule, packet: FtpPacket): boolean {
  const { towards, client, server, packets } = rule;
  if (towards !== packet.towards) return false;
  if (!includesPort(client, packet.clientPort) || !includesPort(server, packet.serverPort)) return false;
  if (packets === 'answers') return !packet.opens;
  return packets !== 'expected' || packet.expected === 'helper';
}

export function describeRule({ for: what, towards, client, server, packets }: Rule): string {
  if (packets === 'expected') return `${what}: what the FTP helper expects`;
  const [from, to] = towards === 'server' ? [client, server] : [server, client];
  const source = from.first === 0 ? '' : ` from ${portsInWords(from)}`;
  const kind = packets === 'answers' ? ', with ACK set' : '';
  return `${what}:${source} to ${portsInWords(to)} of the ${towards}${kind}`;
}

/** Whether a new connection gets through that nobody has negotiated. */
export function reaches(policy: Policy, packet: Pick<FtpPacket, 'towards' | 'clientPort' | 'serverPort'>): boolean {
  return decide(policy, { ...packet, opens: true, expected: undefined }).passes;
}
