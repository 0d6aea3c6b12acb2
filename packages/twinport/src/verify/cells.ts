import {
  ANY_PORTS,
  type Family,
  type Outcome,
  type Stranger,
  WAYS,
  type Way,
  letsIn,
  outcomeOf,
} from '@twinport/ftp/firewall';
import { type Scenario, situationOf } from './scenario.js';

/** Somebody who listens on neither of FTP's ports. */
export const UNRELATED_PORT = 8080;
/** A program of the client's host, and services that a helper must not be fooled into opening. */
export const CLIENT_PROGRAM_PORT = 6000;
export const CLIENT_SERVICE_PORTS = [22, 445] as const;
/** Where the system chooses. */
export const FREE_PORT = 40_000;

/** A way of transferring, to be tried with a real transfer. */
export interface WayCell {
  readonly family: Family;
  readonly way: Way;
  readonly tls: boolean;
}

/** A connection that FTP does not need. */
export interface StrangerCell {
  readonly family: Family;
  /** Heading of its column. */
  readonly name: string;
  readonly stranger: Stranger;
}

export type Cell = WayCell | StrangerCell;
export type CellOutcome = Outcome | 'no control' | 'open' | 'closed';

/** The first and the last port of the passive range, which the server does not use here, and their neighbours outside of it. */
export function edgesOf(scenario: Scenario): readonly number[] {
  const { first, last } = scenario.ports.passive;
  return [first - 1, first, last, last + 1].filter((port) => port <= ANY_PORTS.last);
}

export interface CellChoice {
  readonly families: readonly Family[];
  readonly tls: readonly boolean[];
}

export function cellsOf(scenario: Scenario, { families, tls }: CellChoice): readonly Cell[] {
  const ways = families.flatMap((family) =>
    tls.flatMap((each) => WAYS.filter((way) => canName(way, family)).map((way) => ({ family, way, tls: each }))),
  );
  const strangers = families.flatMap((family) => strangersOf(scenario).map((each) => ({ family, ...each })));
  return [...ways, ...strangers];
}

/** PASV and PORT name IPv4 addresses only. */
function canName(way: Way, family: Family): boolean {
  return family === 'ipv4' || way === 'EPRT' || way === 'EPSV';
}

function strangersOf(scenario: Scenario): readonly Omit<StrangerCell, 'family'>[] {
  return [
    { name: `server:${UNRELATED_PORT}`, stranger: toServer(UNRELATED_PORT) },
    { name: `client:${UNRELATED_PORT}`, stranger: toClient(UNRELATED_PORT) },
    ...edgesOf(scenario).map((port) => ({ name: `server:${port}`, stranger: toServer(port) })),
    { name: `from ${scenario.ports.control - 1}`, stranger: toClient(CLIENT_PROGRAM_PORT, scenario.ports.control - 1) },
    ...CLIENT_SERVICE_PORTS.map((port) => ({ name: `PORT ${port}`, stranger: { ...toClient(port), named: true } })),
  ];
}

function toServer(serverPort: number): Stranger {
  return { towards: 'server', clientPort: FREE_PORT, serverPort };
}

function toClient(clientPort: number, serverPort = FREE_PORT): Stranger {
  return { towards: 'client', clientPort, serverPort };
}

/** What the model says. */
export function predict(scenario: Scenario, cell: Cell): CellOutcome {
  const situation = situationOf(scenario, cell.family);
  if ('way' in cell) return outcomeOf({ ...situation, way: cell.way, tls: cell.tls });
  return letsIn({ ...situation, tls: false }, cell.stranger) ? 'open' : 'closed';
}
