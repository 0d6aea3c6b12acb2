import type { ConnectionEvent, DataEvent, Endpoint } from '@twinport/ftp/server';

const at = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** One line of `--trace`: which of the two connections, who connects to whom, and what went over it. */
export function traceLine(event: ConnectionEvent & { readonly session: number }): string {
  const time = new Date(event.at).toISOString().slice(11, 23);
  return `${time} #${event.session} ${describe(event)}`;
}

function describe(event: ConnectionEvent): string {
  switch (event.kind) {
    case 'line':
      return `         ${event.direction === 'in' ? '-->' : '<--'} ${event.text}`;
    case 'control': {
      const tls = event.tls ? ` ${event.tls.protocol} ${event.tls.cipher}` : '';
      const reason = event.reason === undefined ? '' : ` (${event.reason})`;
      return `CONTROL  client ${at(event.remote)} ==> server ${at(event.local)}  ${event.state}${tls}${reason}`;
    }
    case 'data':
      return describeData(event);
  }
}

function describeData(event: DataEvent): string {
  const server = event.local ? `server ${at(event.local)}` : 'server';
  const client = event.remote ? `client ${at(event.remote)}` : 'client';
  const ends = event.mode === 'passive' ? `${client} ==> ${server}` : `${server} ==> ${client}`;
  const tls = event.tls
    ? ` ${event.tls.protocol}${event.tls.resumed ? ', session resumed' : ', session not resumed'}`
    : '';
  const reason = event.reason === undefined ? '' : ` (${event.reason})`;
  return `DATA     ${event.mode.padEnd(7)} ${ends}  ${event.state}${tls}${reason}`;
}
