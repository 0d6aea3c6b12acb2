import { isIPv6 } from 'node:net';
import { isPrivate } from '../protocol/index.js';
import type { DataAttempt } from './errors.js';

/** What is known of the connections beside the attempts. */
export interface AttemptedBetween {
  /** Where the server was reached. */
  readonly serverHost: string;
  /** Whether the commands are inside TLS, where no firewall reads them. */
  readonly tls: boolean;
}

interface ActiveBetween extends AttemptedBetween {
  /** Whether passive mode would be no way out. */
  readonly passiveFailed: boolean;
}

/** The way, between which two, and how it failed: `EPSV (to 192.0.2.2 port 50003): no answer within 3500 ms`. */
export function describeAttempt({ command, mode, endpoint, outcome }: DataAttempt): string {
  if (!endpoint) return `${command}: ${outcome}`;
  const direction = mode === 'passive' ? 'to' : 'from the server to';
  return `${command} (${direction} ${endpoint.host} port ${endpoint.port}): ${outcome}`;
}

/**
 * The likely cause and the cure, in words, of data connections that could not be made (docs/firewall-and-nat.md). In brackets: what
 * `twinport doctor` calls it (docs/doctor.md).
 */
export function explainAttempts(attempts: readonly DataAttempt[], between: AttemptedBetween): string {
  const passive = attempts.filter(({ mode }) => mode === 'passive');
  const active = attempts.filter(({ mode }) => mode === 'active');
  const texts = [
    passiveCause(passive, between),
    activeCause(active, { ...between, passiveFailed: passive.length > 0 }),
    commonCause(attempts, between),
  ];
  return texts.filter((text) => text !== '').join(' ');
}

function passiveCause(attempts: readonly DataAttempt[], { serverHost }: AttemptedBetween): string {
  const dialled = attempts.find(({ endpoint }) => endpoint) ?? attempts[0];
  if (!dialled) return '';
  const { endpoint, outcome, timedOut } = dialled;
  if (!endpoint)
    return `Passive: the server itself refuses it (${outcome}). [${/^4|bind/.test(outcome) ? 'RANGE_EXHAUSTED' : 'PASV_DISABLED'}]`;
  if (endpoint.host !== serverHost) {
    return `Passive: the server announces ${endpoint.host}, which is not the address it was reached at (${serverHost}), and nobody answers there; connect to the latter (data.trustServerAddress: false). [${isPrivate(endpoint.host) ? 'PASV_PRIVATE' : 'PASV_WRONG_ADDRESS'}]`;
  }
  const announced = attempts.find((attempt) => attempt.announced)?.announced?.host;
  if (announced !== undefined && isPrivate(announced)) {
    return `Passive: the server is behind NAT (it announces ${announced}); its router passes port 21 on, but ${timedOut ? 'drops' : 'refuses'} port ${endpoint.port}. Have that router forward the server's whole range of passive ports to ${announced}, each to the same number. [${timedOut ? 'RANGE_DROP' : 'RANGE_REJECT'}]`;
  }
  if (timedOut) {
    return `Passive: a firewall drops what goes from this machine to ${endpoint.host} port ${endpoint.port}, most likely the one before the server. Open the server's whole range of passive ports there, inwards, beside its control port; if that is done, look for a firewall on this side that lets only well-known ports out. [RANGE_DROP]`;
  }
  return `Passive: ${endpoint.host} port ${endpoint.port} rejects the connection: a firewall before the server that rejects its passive ports, or a NAT router there that forwards its control port only. Open or forward the server's whole range of passive ports there, inwards. [RANGE_REJECT]`;
}

function activeCause(attempts: readonly DataAttempt[], between: ActiveBetween): string {
  const [first] = attempts;
  if (!first) return '';
  const { endpoint, outcome, timedOut } = first;
  if (!endpoint) return `Active: this machine cannot listen (${outcome}); give other ports as data.activePorts.`;
  const { host, port } = endpoint;
  const { serverHost } = between;
  const cure = between.passiveFailed ? 'For active mode' : 'Use passive mode; or';
  if (isPrivate(host) && !isPrivate(serverHost)) {
    return `Active: this machine is behind NAT: it announces ${host}, a private address that the server cannot reach. ${cure} give the public address of the NAT router as data.activeAddress and a range as data.activePorts, and have the router forward that range to ${host}. [ACTIVE_NAT]`;
  }
  if (isRefusal(first)) {
    return `Active: the server refuses to connect to ${host}: it sees this client at another address, as behind NAT, or does not allow active mode. ${cure} give the address that the server sees as data.activeAddress, and have the NAT router forward the ports of data.activePorts to this machine. [${isOfAddress(first) ? 'ACTIVE_NAT' : 'ACTIVE_DISABLED'}]`;
  }
  return `Active: a firewall ${timedOut ? 'drops' : 'rejects'} what goes from the server to ${host} port ${port}, most likely the one of this machine or its network. ${cure} set data.activePorts to a range, and let that range in from ${serverHost}. [${timedOut ? 'ACTIVE_DROP' : 'ACTIVE_CLOSED'}]`;
}

/** What servers say of an address that is not the client's, as the doctor reads it. */
function isOfAddress({ outcome }: DataAttempt): boolean {
  return /illegal|address|not yours|connection to|bounce/i.test(outcome);
}

/** The server said no to the command itself. */
function isRefusal({ outcome }: DataAttempt): boolean {
  return /^5\d\d/.test(outcome);
}

function commonCause(attempts: readonly DataAttempt[], { serverHost, tls }: AttemptedBetween): string {
  const lost = attempts.some(({ endpoint }) => endpoint) && !attempts.every(isRefusal);
  if (!lost) return '';
  const texts: string[] = [];
  if (tls) {
    texts.push(
      'Over TLS a firewall cannot read the commands: its FTP helper opens nothing, so the ports have to be open by a rule.',
    );
  }
  if (isIPv6(serverHost)) texts.push('This is IPv6: rules for IPv4 alone do not open it.');
  return texts.join(' ');
}
