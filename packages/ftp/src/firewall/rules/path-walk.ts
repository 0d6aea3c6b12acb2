import { type Endpoint, formatEprt, formatHostPort } from '../../protocol/index.js';
import type { NetworkPath, PathAddresses, SideAddresses } from './network-path.js';
import { type Features, type FtpPacket, type PathSide, type Policy, decide, policyOf } from './policy.js';
import { type PortPlan, passivePortsOf } from './port-plan.js';
import { includesPort } from './ports.js';
import type { Hop, Place, Step } from './timeline.js';

/** A router or the host's own firewall: the filter, NAT, and what it expects. */
interface Device {
  readonly side: PathSide;
  readonly name: string;
  /** The host itself, beside its router. */
  readonly host: boolean;
  readonly place: number;
  readonly policy: Policy;
  readonly nat: boolean;
  readonly addresses: SideAddresses;
  /** Of data connections: the port they will go to, which way, and who said so. */
  readonly expected: { towards: 'client' | 'server'; port: number; by: 'helper' | 'pinhole' }[];
}

type Negotiation = 'PORT' | 'EPRT' | 'PASV' | 'EPSV';
type Words = { readonly text: string; readonly words: string };

/** Takes what client and server send past the devices between them, and writes down what becomes of it. */
export class PathWalk {
  readonly places: readonly Place[];
  readonly steps: Step[] = [];
  /** The knowledge base's name of what stopped the last packet. */
  cause = '';
  readonly #plan: PortPlan;
  readonly #addresses: PathAddresses;
  /** In order from the client to the server. */
  readonly #devices: readonly Device[];
  #encrypted = false;

  constructor(path: NetworkPath, plan: PortPlan, addresses: PathAddresses) {
    this.#plan = plan;
    this.#addresses = addresses;
    this.#devices = devicesOf(path, plan, addresses);
    this.places = [
      { role: 'client', name: 'CLIENT', addresses: [addresses.client.own] },
      ...this.#devices.map(({ side, nat, name }): Place => ({
        role: `${side}-device`,
        name,
        addresses: nat ? [addresses[side].seen] : [],
      })),
      { role: 'server', name: 'SERVER', addresses: [addresses.server.own] },
    ];
  }

  /** Whose place it is, by its index. */
  sideOf(place: number): PathSide {
    return this.places[place]?.role.startsWith('client') ? 'client' : 'server';
  }

  /** From here on nobody on the way can read the commands. */
  encrypt(from: Endpoint, to: Endpoint, implicit: boolean): void {
    if (!implicit) this.command(from, to, 'AUTH TLS', 'from here on no firewall can read the commands');
    this.#encrypted = true;
    if (implicit) this.#add('control', 'server', 'tls', from, to, { text: 'TLS', words: ENCRYPTED });
  }

  command(from: Endpoint, to: Endpoint, text: string, words: string): void {
    this.#add('control', 'server', 'command', from, to, { text, words });
  }

  reply(from: Endpoint, to: Endpoint, text: string, words: string): void {
    this.#add('control', 'client', 'reply', from, to, { text, words });
  }

  content(from: Endpoint, to: Endpoint): void {
    this.#add('data', 'client', 'content', from, to, {
      text: 'the file',
      words: 'the file, then the end of the connection',
    });
  }

  /** PORT or EPRT: where the server is to connect to. Returns what gets there. */
  announce(from: Endpoint, to: Endpoint, command: Negotiation, where: Endpoint): Endpoint {
    const words = `the client listens on port ${where.port}: connect there`;
    return this.#negotiate('server', from, to, command, where, words);
  }

  /** 227 or 229: where the client is to connect to. Returns what gets there. */
  offer(from: Endpoint, to: Endpoint, command: Negotiation, where: Endpoint): Endpoint {
    const words = `the server listens on port ${where.port}: connect there`;
    this.#pinhole('server', where.port);
    return this.#negotiate('client', from, to, command, where, words);
  }

  /** A connection is opened, or not; its answer comes back, or not. */
  open(connection: 'control' | 'data', towards: 'client' | 'server', from: Endpoint, to: Endpoint, words: Words): Step {
    if (connection === 'data' && towards === 'client') this.#pinhole('client', to.port);
    const [clientPort, serverPort] = towards === 'server' ? [from.port, to.port] : [to.port, from.port];
    const hops: Hop[] = [];
    let arrived = true;
    for (const each of this.#order(towards)) {
      const hop = this.#pass(each, connection, { towards, clientPort, serverPort }, to);
      hops.push(hop);
      arrived = hop.verdict === 'passed' || hop.verdict === 'rewritten';
      if (!arrived) break;
    }
    const lost = arrived ? this.#lostAnswer(towards, clientPort, serverPort) : undefined;
    if (lost) hops.push(lost);
    return this.#push(connection, towards, 'open', from, to, words, hops, arrived && !lost);
  }

  /** By the server, in its own firewall. */
  #pinhole(towards: 'client' | 'server', port: number): void {
    for (const { side, policy, expected } of this.#devices)
      if (side === 'server' && policy.features.pinholes) expected.push({ towards, port, by: 'pinhole' });
  }

  #pass(
    each: Device,
    connection: 'control' | 'data',
    packet: Pick<FtpPacket, 'towards' | 'clientPort' | 'serverPort'>,
    to: Endpoint,
  ): Hop {
    const { place, side, host, nat, addresses, policy } = each;
    const { towards } = packet;
    const port = towards === 'server' ? packet.serverPort : packet.clientPort;
    const expected = each.expected.find((one) => one.towards === towards && one.port === port)?.by;
    if (towards === 'server' && side === 'client' && !host && !this.#isRouted(to.host)) {
      this.cause = 'PASV_PRIVATE';
      return { place, verdict: 'rejected', rule: `no route to the private address ${to.host}` };
    }
    // What comes in from outside is for the router itself, unless it is forwarded.
    if (nat && side === towards && expected !== 'helper' && !this.#forwards(each, connection, port)) {
      this.cause = this.#causeOf(each, connection, towards, true);
      return {
        place,
        verdict: 'rejected',
        rule: `NAT forwards no port ${port}: the router itself answers, and nothing listens there`,
      };
    }
    const { passes, rule } = decide(policy, { ...packet, opens: true, expected });
    if (!passes) {
      this.cause = this.#causeOf(each, connection, towards, false);
      return { place, verdict: 'dropped', rule };
    }
    if (!nat) return { place, verdict: 'passed', rule };
    const inwards = side === towards;
    const [before, after] = inwards ? [addresses.seen, addresses.own] : [addresses.own, addresses.seen];
    return {
      place,
      verdict: 'rewritten',
      rule,
      before: `${inwards ? 'to' : 'from'} ${before}`,
      after: `${inwards ? 'to' : 'from'} ${after}`,
    };
  }

  /** Firewalls that remember nothing look at the answer, too. */
  #lostAnswer(towards: 'client' | 'server', clientPort: number, serverPort: number): Hop | undefined {
    const back = towards === 'server' ? 'client' : 'server';
    for (const { policy, place } of this.#order(back)) {
      const { passes, rule } = decide(policy, {
        towards: back,
        clientPort,
        serverPort,
        opens: false,
        expected: undefined,
      });
      if (passes) continue;
      this.cause = 'STATELESS_ANSWER';
      return { place, verdict: 'dropped', rule, note: 'the answer' };
    }
    return undefined;
  }

  #isRouted(host: string): boolean {
    const { own, seen } = this.#addresses.server;
    return host !== own || own === seen;
  }

  #forwards({ side, policy }: Device, connection: 'control' | 'data', port: number): boolean {
    if (side === 'client') return false;
    if (connection === 'control') return true;
    const { range, open, pinholes } = policy.features;
    return (range ?? open ?? pinholes ?? false) && includesPort(passivePortsOf(this.#plan), port);
  }

  #causeOf({ policy }: Device, connection: string, towards: 'client' | 'server', rejected: boolean): string {
    if (connection === 'control') return 'CONTROL_BLOCKED';
    const { helper } = policy.features;
    if (helper === 'unassigned') return 'HELPER_ABSENT';
    if (helper === 'too-early') return 'HELPER_PRIORITY';
    if (helper === 'assigned' && this.#encrypted) return 'HELPER_TLS';
    if (helper === 'assigned' && this.#plan.announced !== undefined) return 'HELPER_VS_PASVADDR';
    if (towards === 'client') return 'ACTIVE_DROP';
    return rejected ? 'RANGE_REJECT' : 'RANGE_DROP';
  }

  #negotiate(
    towards: 'client' | 'server',
    from: Endpoint,
    to: Endpoint,
    command: Negotiation,
    where: Endpoint,
    words: string,
  ): Endpoint {
    const hops: Hop[] = [];
    let named = where;
    for (const each of this.#order(towards)) {
      const { hop, named: then } = this.#read(each, towards, command, named);
      hops.push(hop);
      named = then;
    }
    this.#push(
      'control',
      towards,
      towards === 'server' ? 'command' : 'reply',
      from,
      to,
      { text: wire(command, where), words },
      hops,
      true,
    );
    return named;
  }

  /** What the helper of a device makes of an address and port that pass by. Linux ignores an address that is not the sender's (loose=0). */
  #read(
    { place, side, nat, addresses, policy, expected }: Device,
    towards: 'client' | 'server',
    command: Negotiation,
    named: Endpoint,
  ): { readonly hop: Hop; readonly named: Endpoint } {
    const { helper } = policy.features;
    if (helper !== 'assigned') return { hop: { place, verdict: 'passed' }, named };
    if (this.#encrypted) return { hop: { place, verdict: 'passed', note: 'the helper cannot read it' }, named };
    // The side it comes from has its own address; the other sees what NAT has made of it.
    const sender = towards === side ? this.#sender(towards).seen : addresses.own;
    if (command !== 'EPSV' && named.host !== sender) {
      return {
        hop: { place, verdict: 'passed', note: `the helper ignores it: ${named.host} is not the sender's address` },
        named,
      };
    }
    expected.push({ towards: towards === 'server' ? 'client' : 'server', port: named.port, by: 'helper' });
    const note = `the helper expects a connection to port ${named.port}`;
    if (!nat || towards === side || command === 'EPSV') return { hop: { place, verdict: 'passed', note }, named };
    const after = { host: addresses.seen, port: named.port };
    return {
      hop: { place, verdict: 'rewritten', note, before: wire(command, named), after: wire(command, after) },
      named: after,
    };
  }

  #sender(towards: 'client' | 'server'): SideAddresses {
    return this.#addresses[towards === 'server' ? 'client' : 'server'];
  }

  #order(towards: 'client' | 'server'): readonly Device[] {
    return towards === 'server' ? this.#devices : this.#devices.toReversed();
  }

  #add(
    connection: 'control' | 'data',
    towards: 'client' | 'server',
    kind: Step['kind'],
    from: Endpoint,
    to: Endpoint,
    words: Words,
  ): void {
    const hops = this.#order(towards).map(({ place }): Hop => ({ place, verdict: 'passed' }));
    this.#push(connection, towards, kind, from, to, words, hops, true);
  }

  #push(
    connection: 'control' | 'data',
    towards: 'client' | 'server',
    kind: Step['kind'],
    from: Endpoint,
    to: Endpoint,
    { text, words }: Words,
    hops: readonly Hop[],
    arrived: boolean,
  ): Step {
    const step: Step = {
      number: this.steps.length + 1,
      connection,
      towards,
      kind,
      text,
      words,
      from,
      to,
      hops,
      arrived,
    };
    this.steps.push(step);
    return step;
  }
}

const ENCRYPTED = 'no firewall can read the commands';

function devicesOf(path: NetworkPath, plan: PortPlan, addresses: PathAddresses): readonly Device[] {
  const { clientHost, clientFirewall, clientNat, serverHost, serverFirewall, serverNat } = path;
  const firewalls: readonly (Pick<Device, 'side' | 'host' | 'nat'> & { readonly features: Features | undefined })[] = [
    { side: 'client', host: true, nat: false, features: clientHost },
    { side: 'client', host: false, nat: clientNat, features: clientFirewall },
    { side: 'server', host: false, nat: serverNat, features: serverFirewall },
    { side: 'server', host: true, nat: false, features: serverHost },
  ];
  return firewalls
    .flatMap(({ features, ...each }) => (features ? [{ ...each, features }] : []))
    .map(({ side, host, nat, features }, index) => ({
      side,
      name: host ? `${side.toUpperCase()}'S OWN FIREWALL` : deviceName(side, nat, features),
      host,
      place: index + 1,
      policy: policyOf(side, features, plan),
      // It is for IPv4: what has one address everywhere is not translated.
      nat: nat && addresses[side].own !== addresses[side].seen,
      addresses: addresses[side],
      expected: [],
    }));
}

function deviceName(side: PathSide, nat: boolean, { open }: Features): string {
  const parts = [nat ? 'NAT' : '', open ? '' : 'FIREWALL'].filter((part) => part !== '');
  return parts.length === 0 ? `${side.toUpperCase()} ROUTER` : `${side.toUpperCase()} ${parts.join(' + ')}`;
}

/** The line as it is sent. */
function wire(command: Negotiation, where: Endpoint): string {
  switch (command) {
    case 'PORT':
      return `PORT ${formatHostPort(where)}`;
    case 'EPRT':
      return `EPRT ${formatEprt(where)}`;
    case 'PASV':
      return `227 (${formatHostPort(where)})`;
    case 'EPSV':
      return `229 (|||${where.port}|)`;
  }
}
