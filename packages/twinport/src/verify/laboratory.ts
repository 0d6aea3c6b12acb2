import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type Ports, UNPRIVILEGED, modeOfWay } from '@twinport/ftp/firewall';
import { type Endpoint, formatEprt, formatHostPort } from '@twinport/ftp/protocol';
import { Agent } from './agent.js';
import {
  CLIENT_PROGRAM_PORT,
  CLIENT_SERVICE_PORTS,
  type Cell,
  type CellOutcome,
  FREE_PORT,
  type StrangerCell,
  UNRELATED_PORT,
  type WayCell,
  edgesOf,
} from './cells.js';
import type { ClientRequest } from './client-agent.js';
import type { Knocked } from './knock.js';
import { LoadedRules } from './loaded-rules.js';
import { Network } from './network.js';
import { rulesOf } from './rules-of.js';
import { type Scenario, planOf } from './scenario.js';
import type { ServeRequest, ServerRequest } from './server-agent.js';
import { type Hosts, type Nat, addressesOf, buildHosts } from './topology.js';
import type { Measured } from './transfer.js';

/** The client waits for an active data connection this much longer than the server tries. */
const ACTIVE_FACTOR = 4;

/** More than there are passive cells at one time. */
export const PORTS_OF_SCENARIO = 8;

/** How long to wait for what may never come. */
export interface Patience {
  /** The client, for the control connection. */
  readonly connectMs: number;
  /** The client, for a data connection that it opens itself, and for strangers. */
  readonly clientMs: number;
  /** The server, for any data connection. */
  readonly serverMs: number;
}

export interface CellMeasured {
  readonly outcome: CellOutcome;
  /** What our client says; empty where it works, and of strangers. */
  readonly message: string;
}

export type Certificate = ServeRequest['certificate'];

/** Builds a network for one NAT situation, and takes it down again when the work in it is done, or the signal ends it. */
export async function inLaboratory(
  { nat, certificate, signal }: { readonly nat: Nat; readonly certificate: Certificate; readonly signal: AbortSignal },
  work: (laboratory: Laboratory) => Promise<void>,
): Promise<void> {
  using network = new Network();
  const hosts = await buildHosts(network, nat);
  await using server = new Agent<ServerRequest>(hosts.server, 'server-agent.js', signal);
  await using client = new Agent<ClientRequest>(hosts.client, 'client-agent.js', signal);
  await work(new Laboratory({ hosts, rules: new LoadedRules(), server, client, certificate }));
}

interface Parts {
  readonly hosts: Hosts;
  readonly rules: LoadedRules;
  readonly server: Agent<ServerRequest>;
  readonly client: Agent<ClientRequest>;
  readonly certificate: Certificate;
}

/** Our server and our client in a network whose rules are changed from one scenario to the next. */
export class Laboratory {
  readonly #parts: Parts;
  #prepared = 0;
  #listens = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Rejects with RulesRefused, or with what the program that loads the rules said. */
  async prepare(scenario: Scenario, patience: Patience): Promise<void> {
    const { hosts, rules } = this.#parts;
    const { client, clientRouter, serverRouter, server } = rulesOf(scenario);
    const loading = [
      rules.load(hosts.client, client),
      rules.load(hosts.clientRouter, clientRouter),
      rules.load(hosts.serverRouter, serverRouter),
      rules.load(hosts.server, server),
    ];
    await Promise.all([...loading, this.#serve(scenario, patience), this.#listen(scenario)]);
  }

  async #serve(scenario: Scenario, { serverMs }: Patience): Promise<void> {
    const { server, certificate } = this.#parts;
    const { control, active, announced } = planOf(scenario);
    const passivePorts = this.#nextPorts(scenario);
    const serve = { port: control, passivePorts, activePort: active, publicAddress: announced, certificate };
    await server.ask({ serve: { ...serve, dataWaitMs: serverMs } });
  }

  /** Some of the range: what helpers have expected in a scenario before and what has not come yet would find them open for minutes. */
  #nextPorts(scenario: Scenario): Ports {
    const { passive } = scenario.ports;
    const parts = Math.floor((passive.last - passive.first - 1) / PORTS_OF_SCENARIO);
    const first = passive.first + 1 + (this.#prepared++ % parts) * PORTS_OF_SCENARIO;
    return { first, last: first + PORTS_OF_SCENARIO - 1 };
  }

  /** For strangers, beside FTP. */
  async #listen(scenario: Scenario): Promise<void> {
    if (this.#listens) return;
    this.#listens = true;
    const { server, client } = this.#parts;
    await Promise.all([
      server.ask({ listen: [UNRELATED_PORT, ...edgesOf(scenario)] }),
      client.ask({ listen: [UNRELATED_PORT, CLIENT_PROGRAM_PORT, ...CLIENT_SERVICE_PORTS] }),
    ]);
  }

  async measure(scenario: Scenario, cell: Cell, patience: Patience): Promise<CellMeasured> {
    if ('way' in cell) return await this.#transfer(scenario, cell, patience);
    const knocked = await this.#knock(scenario, cell, patience);
    return { outcome: knocked === 'open' ? 'open' : 'closed', message: '' };
  }

  async #transfer(
    scenario: Scenario,
    { family, way, tls }: WayCell,
    { clientMs, connectMs, serverMs }: Patience,
  ): Promise<Measured> {
    const { server } = addressesOf(scenario.nat, family);
    // In active mode the server gives up first, and says so.
    const waitMs = modeOfWay(way) === 'active' ? ACTIVE_FACTOR * serverMs : clientMs;
    const transfer = { host: server.seen, port: scenario.ports.control, way, tls, waitMs, connectMs };
    return await this.#parts.client.ask({ transfer });
  }

  async #knock(scenario: Scenario, { family, stranger }: StrangerCell, { clientMs }: Patience): Promise<Knocked> {
    const { client, server } = this.#parts;
    const { client: ours, server: theirs } = addressesOf(scenario.nat, family);
    const { towards, clientPort, serverPort, named } = stranger;
    if (towards === 'server') {
      return await client.ask({ knock: { host: theirs.seen, port: serverPort, waitMs: clientMs } });
    }
    const localPort = serverPort === FREE_PORT ? {} : { localPort: serverPort };
    const knock = { host: ours.seen, port: clientPort, ...localPort, waitMs: clientMs };
    if (!named) return await server.ask({ knock });
    const line = lineNaming({ host: ours.own, port: clientPort });
    await client.ask({ say: { host: theirs.seen, port: scenario.ports.control, line, waitMs: clientMs } });
    const knocked = await server.ask<Knocked>({ knock });
    // A helper expects one connection of a session, for minutes: another in place of this one.
    const by = lineNaming({ host: ours.own, port: randomInt(UNPRIVILEGED.first, UNPRIVILEGED.last) });
    await client.ask({ withdraw: { line, by, waitMs: clientMs } });
    return knocked;
  }
}

function lineNaming(endpoint: Endpoint): string {
  return isIPv6(endpoint.host) ? `EPRT ${formatEprt(endpoint)}` : `PORT ${formatHostPort(endpoint)}`;
}
