import { CAUSES, type Cause } from '../rules/index.js';

/** What stops transfers and can be told from a trace only: the model of firewalls knows nothing of it. Names of the knowledge base. */
const TRACE_CAUSES: Readonly<Record<string, Cause>> = {
  HELPER_FREEZE: {
    why: 'The line that names the port goes into a device that reads the commands, and never comes out again: Linux’s helper drops a line that is not in one packet, or not written as it expects.',
    fix: () => [
      'send the line in one piece and in its canonical form: another client, or another server',
      'or use TLS, which the helper cannot read',
    ],
  },
  ACTIVE_CLOSED: {
    why: 'The server’s connection gets to the client, and nothing listens there.',
    fix: () => ['use passive mode (EPSV)', 'or look why the client does not listen'],
  },
  ACTIVE_LOWPORT: {
    why: 'The client names a port below 1024, where servers do not connect to: it could be somebody else’s service.',
    fix: () => ['let the client use ports from 1024 on'],
  },
  FXP_BLOCKED: {
    why: 'The client names an address that is not its own, and servers do not connect to others (RFC 2577).',
    fix: () => ['use passive mode (EPSV)', 'or announce the address that the server sees'],
  },
  EPSV_UNKNOWN: {
    why: 'The server, or something on the way, does not know the command.',
    fix: () => ['use PASV'],
  },
  DATA_STALL_PMTU: {
    why: 'The connection opens, but full packets do not get through: a part of the way takes smaller ones only, and the ICMP that says so is filtered.',
    fix: () => [
      'let ICMP “fragmentation needed” and “packet too big” through',
      'or clamp the MSS of TCP to the path’s MTU at the router',
    ],
  },
  DATA_RESET: {
    why: 'The data connection opens and is reset in the middle, by one of the two ends or by something between them.',
    fix: () => ['look at who sends the reset: its TTL and the captures tell how far away it was'],
  },
  TLS_REUSE: {
    why: 'The server wants the TLS session of the command connection on the data connection, too, and the client does not resume it.',
    fix: () => [
      'use a client that resumes TLS sessions',
      'or let the server not require it (vsftpd: require_ssl_reuse=NO)',
    ],
  },
};

export function causeOf(name: string): Cause | undefined {
  const known: Readonly<Record<string, Cause>> = { ...TRACE_CAUSES, ...CAUSES };
  return known[name];
}
