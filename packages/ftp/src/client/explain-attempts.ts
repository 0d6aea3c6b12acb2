import { isIPv4 } from 'node:net';
import type { DataAttempt } from './errors.js';

/** RFC 1918, RFC 6598, loopback and link-local: addresses that mean nothing elsewhere. */
export function isPrivate(host: string): boolean {
  if (!isIPv4(host)) return /^(?:::1?$|f[cd]|fe[89ab])/i.test(host);
  return /^(?:0|10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
    host,
  );
}

/** The likely cause and the cure, in words, of data connections that could not be made (docs/firewall-and-nat.md). */
export function explainAttempts(attempts: readonly DataAttempt[], serverHost: string): string {
  const passive = attempts.filter((attempt) => attempt.mode === 'passive' && attempt.endpoint);
  const active = attempts.filter((attempt) => attempt.mode === 'active');
  return (
    [passiveCause(passive), activeCause(active, serverHost)].filter((text) => text !== '').join(' ') ||
    'The server refuses every way of opening a data connection.'
  );
}

function passiveCause(attempts: readonly DataAttempt[]): string {
  const [first] = attempts;
  const port = first?.endpoint?.port;
  if (!first || port === undefined) return '';
  if (first.timedOut) {
    return `Passive: a firewall drops connections to port ${port} of the server; its range of passive ports has to be opened, or forwarded, as well as port 21.`;
  }
  return `Passive: port ${port} of the server refuses; its range of passive ports is not forwarded to it, or a firewall rejects it.`;
}

function activeCause(attempts: readonly DataAttempt[], serverHost: string): string {
  const [first] = attempts;
  if (!first) return '';
  const own = first.endpoint?.host;
  if (own !== undefined && isPrivate(own) && !isPrivate(serverHost)) {
    return `Active: this machine announces ${own}, a private address that the server cannot reach; behind NAT use passive mode, or give a public address (data.activeAddress) and forward its ports.`;
  }
  if (/^5\d\d/.test(first.outcome))
    return 'Active: the server refuses the address it is given: it is not the one it sees this client at, as behind NAT. Use passive mode.';
  return 'Active: the connection from the server does not arrive; a firewall or NAT before this machine stops it. Use passive mode, or open the port range of data.activePorts.';
}
