import type { Endpoint } from '../../protocol/index.js';
import { type Blocked, conclude } from './conclude.js';
import { type NetworkPath, type PathAddresses, exampleAddresses } from './network-path.js';
import { PathWalk } from './path-walk.js';
import { type PortPlan, passivePortsOf } from './port-plan.js';
import type { Outcome, Timeline } from './timeline.js';

/** How a client asks for a data connection. `PASVi`: PASV, but connecting to the server's host whatever the 227 names, as curl and lftp do. */
export const WAYS = ['PORT', 'EPRT', 'PASV', 'PASVi', 'EPSV'] as const;
export type Way = (typeof WAYS)[number];

export interface Situation {
  readonly plan: PortPlan;
  readonly path: NetworkPath;
  readonly way: Way;
  /** Whether the session is inside TLS. */
  readonly tls: boolean;
  /** Default: ipv4. */
  readonly family?: 'ipv4' | 'ipv6';
  /** Default: examples. */
  readonly addresses?: PathAddresses;
}

/** Ports of the system's choice, for drawings. */
const CLIENT_CONTROL = 41_960;
const CLIENT_DATA = 36_086;

export function commandOf(way: Way): Timeline['command'] {
  return way === 'PASVi' ? 'PASV' : way;
}

export function modeOfWay(way: Way): Timeline['mode'] {
  return way === 'PORT' || way === 'EPRT' ? 'active' : 'passive';
}

/** Predicts what each device on the path does to each packet, and how it ends. Pure: the same situation has the same end. */
export function simulate(situation: Situation): Timeline {
  const { walk, blocked } = run(situation);
  const { way, tls } = situation;
  return {
    title: `${modeOfWay(way)} mode, ${way}${tls ? ', inside TLS' : ''}`,
    mode: modeOfWay(way),
    command: commandOf(way),
    tls,
    places: walk.places,
    steps: walk.steps,
    conclusion: conclude(situation, blocked, outcomeOf),
  };
}

/** How it ends, without the drawing. */
export function outcomeOf(situation: Situation): Outcome {
  return run(situation).blocked?.outcome ?? 'ok';
}

function run(situation: Situation): { readonly walk: PathWalk; readonly blocked: Blocked | undefined } {
  const { path, plan, family = 'ipv4', way } = situation;
  const addresses = situation.addresses ?? exampleAddresses(path, family);
  const walk = new PathWalk(path, plan, addresses);
  if (family === 'ipv6' && (way === 'PASV' || way === 'PASVi' || way === 'PORT'))
    return { walk, blocked: { outcome: 'unavailable', cause: 'FAMILY_522' } };
  return { walk, blocked: new Negotiation(situation, walk, addresses).run() };
}

class Negotiation {
  readonly #situation: Situation;
  readonly #walk: PathWalk;
  readonly #client: Endpoint;
  readonly #server: Endpoint;
  readonly #addresses: PathAddresses;

  constructor(situation: Situation, walk: PathWalk, addresses: PathAddresses) {
    this.#situation = situation;
    this.#walk = walk;
    this.#addresses = addresses;
    this.#client = { host: addresses.client.own, port: CLIENT_CONTROL };
    this.#server = { host: addresses.server.seen, port: situation.plan.control };
  }

  run(): Blocked | undefined {
    const { way, tls, plan } = this.#situation;
    const opened = this.#open('control', 'server', this.#client, this.#server, {
      text: 'SYN',
      words: `the command connection: from any port of the client to port ${plan.control} of the server`,
    });
    if (opened) return { ...opened, cause: 'CONTROL_BLOCKED' };
    if (tls) this.#walk.encrypt(this.#client, this.#server, plan.tls === 'implicit');
    return modeOfWay(way) === 'active' ? this.#active() : this.#passive();
  }

  #passive(): Blocked | undefined {
    const { way, plan } = this.#situation;
    const { server, client } = this.#addresses;
    const port = passivePortsOf(plan).first + (plan.passive === undefined ? 48_977 : 0);
    const command = commandOf(way);
    this.#walk.command(this.#client, this.#server, command, 'the client asks where to connect to');
    const own = { host: server.own, port: plan.control };
    const named = this.#walk.offer(own, this.#client, command, { host: plan.announced ?? server.own, port });
    const target = way === 'PASV' ? named : { host: this.#server.host, port };
    const blocked = this.#open('data', 'server', { host: client.own, port: CLIENT_DATA }, target, {
      text: 'SYN',
      words: `the data connection: the client connects to port ${port}, as it was told`,
    });
    return blocked ?? this.#transfer('server', { host: client.own, port: CLIENT_DATA }, target);
  }

  #active(): Blocked | undefined {
    const { way, plan } = this.#situation;
    const { client, server } = this.#addresses;
    const command = commandOf(way);
    const named = this.#walk.announce(this.#client, this.#server, command, { host: client.own, port: CLIENT_DATA });
    // A server connects to its client only, or FTP could be used to attack others (RFC 2577 §3).
    const accepted = named.host === client.seen;
    const own = { host: server.own, port: plan.control };
    const reply = accepted ? '200' : '500 Illegal PORT command';
    this.#walk.reply(
      own,
      this.#client,
      reply,
      accepted ? 'the server will connect there' : 'that is not where you are',
    );
    if (!accepted)
      return {
        outcome: '500',
        cause: 'ACTIVE_NAT',
        step: this.#walk.steps.length,
        place: this.#walk.places.length - 1,
      };
    this.#walk.command(this.#client, this.#server, 'RETR', 'the client asks for a file');
    const source = { host: server.own, port: plan.active === 'any' ? 50_555 : plan.active };
    const blocked = this.#open('data', 'client', source, named, {
      text: 'SYN',
      words: `the data connection: the server connects from port ${source.port} to port ${named.port} of the client`,
    });
    if (blocked) {
      this.#walk.reply(own, this.#client, '425', 'the server could not connect');
      return { ...blocked, outcome: '425' };
    }
    return this.#transfer('client', source, named);
  }

  #open(
    connection: 'control' | 'data',
    towards: 'client' | 'server',
    from: Endpoint,
    to: Endpoint,
    words: { readonly text: string; readonly words: string },
  ): Blocked | undefined {
    const step = this.#walk.open(connection, towards, from, to, words);
    if (step.arrived) return undefined;
    const last = step.hops.at(-1);
    return {
      outcome: last?.verdict === 'rejected' ? 'refused' : 'timeout',
      cause: this.#walk.cause,
      step: step.number,
      ...(last && { place: last.place, side: this.#walk.sideOf(last.place) }),
      ...(last?.rule !== undefined && { rule: last.rule }),
    };
  }

  #transfer(towards: 'client' | 'server', from: Endpoint, to: Endpoint): undefined {
    // The file goes to the client, whoever opened the connection.
    const [sender, reader] = towards === 'client' ? [from, to] : [to, from];
    this.#walk.content(sender, reader);
    const own = { host: this.#addresses.server.own, port: this.#situation.plan.control };
    this.#walk.reply(own, this.#client, '226', 'all of it was sent');
    return undefined;
  }
}
