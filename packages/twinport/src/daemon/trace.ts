import type { ConnectionEvent, ControlEvent, DataEvent, Endpoint } from '@twinport/ftp/server';
import { printable } from './printable.js';

/** Which of the two connections' ends is ours: what is local to one side is remote to the other. */
export type TraceSide = 'client' | 'server';

/** An event, and the number of the session (of a server) or of the connection (of a client) that it belongs to. */
export type TracedEvent = ConnectionEvent & ({ readonly session: number } | { readonly connection: number });

const at = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** One line of `--trace`: which of the two connections, who connects to whom, and what went over it. The same from either side. */
export function traceLine(event: TracedEvent, side: TraceSide): string {
  return `${new Date(event.at).toISOString().slice(11, 23)} ${traceText(event, side)}`;
}

/** The same without the time. */
export function traceText(event: TracedEvent, side: TraceSide): string {
  return `#${'session' in event ? event.session : event.connection} ${describe(event, side)}`;
}

function describe(event: ConnectionEvent, side: TraceSide): string {
  switch (event.kind) {
    case 'line':
      return `         ${(event.direction === 'in') === (side === 'server') ? '-->' : '<--'} ${event.text}`;
    case 'control':
      return describeControl(event, side);
    case 'data':
      return describeData(event, side);
  }
}

function describeControl(event: ControlEvent, side: TraceSide): string {
  const [server, client] = side === 'server' ? [event.local, event.remote] : [event.remote, event.local];
  const tls = event.tls ? ` ${event.tls.protocol} ${event.tls.cipher}` : '';
  return `CONTROL  client ${at(client)} ==> server ${at(server)}  ${event.state}${tls}${because(event.reason)}`;
}

function describeData(event: DataEvent, side: TraceSide): string {
  const [ours, theirs] = [event.local, event.remote];
  const server = named('server', side === 'server' ? ours : theirs);
  const client = named('client', side === 'server' ? theirs : ours);
  const ends = event.mode === 'passive' ? `${client} ==> ${server}` : `${server} ==> ${client}`;
  const tls = event.tls
    ? ` ${event.tls.protocol}${event.tls.resumed ? ', session resumed' : ', session not resumed'}`
    : '';
  return `DATA     ${event.mode.padEnd(7)} ${ends}  ${event.state}${tls}${because(event.reason)}`;
}

const named = (who: string, endpoint: Endpoint | undefined): string => (endpoint ? `${who} ${at(endpoint)}` : who);
const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (${printable(reason)})`);
