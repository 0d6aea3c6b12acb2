import { addressBytes, canonicalAddress, formatAddress, ipVersion } from './address.js';
import { reply, type Reply } from './reply.js';
import { SyntaxFault } from './syntax-fault.js';

/** Where a data connection can be reached: the host and port of PORT, EPRT, 227 and 229. The host is an IP address, canonical. */
export interface Endpoint {
  readonly host: string;
  /** 0 to 65535: a peer may name port 0, and whoever dials must refuse it. */
  readonly port: number;
}

/** What EPSV was asked for (RFC 2428 §3): any protocol, a given one, or to refuse all other data commands from now on. */
export type EpsvArgument =
  | { readonly kind: 'any' }
  | { readonly kind: 'all' }
  | { readonly kind: 'protocol'; readonly protocol: number };

/** Six numbers, or the longer lists of LPSV, wherever a reply hides them; not a part of a longer list. */
const pasvNumbers = /(?<![\d,])\d{1,3}(?: *, *\d{1,3}){5}(?!\d| *, *\d)/;
const lpsvNumbers = /(?<![\d,])\d{1,3}(?: *, *\d{1,3}){8,20}(?!\d| *, *\d)/;

/** RFC 959 §4.1.2: `h1,h2,h3,h4,p1,p2`. Throws SyntaxFault('host-port') on anything else. */
export function parseHostPort(text: string): Endpoint {
  const numbers = parseNumbers(text);
  if (numbers?.length !== 6) throw new SyntaxFault('host-port', 'Expected h1,h2,h3,h4,p1,p2, each 0 to 255');
  return endpointOf(numbers.subarray(0, 4), numbers.subarray(4));
}

/** The inverse of {@link parseHostPort}. Throws SyntaxFault('host-port') when the host is not IPv4. */
export function formatHostPort(endpoint: Endpoint): string {
  const host = hostBytes(endpoint, 'host-port');
  if (host.length !== 4) throw new SyntaxFault('host-port', 'The host is not an IPv4 address');
  return [...host, ...portBytes(endpoint.port, 'host-port')].join(',');
}

/** The answer to PASV (RFC 959 §4.2.2). IPv4 only, as {@link formatHostPort}. */
export function formatPasvReply(endpoint: Endpoint): Reply {
  return reply(227, `Entering Passive Mode (${formatHostPort(endpoint)})`);
}

/** The endpoint of a 227, with or without parentheses (RFC 1123 §4.1.2.6). Throws SyntaxFault('host-port'). */
export function parsePasvReply(answer: Reply): Endpoint {
  const list = findIn(answer, 227, pasvNumbers)?.[0];
  if (list === undefined) throw new SyntaxFault('host-port', 'No host and port in the reply to PASV');
  return parseHostPort(list);
}

/**
 * RFC 2428 §2: `|1|192.0.2.1|5282|` or `|2|2001:db8::1|5282|`, with any delimiter. Throws SyntaxFault('address-family') for a
 * protocol other than 1 and 2 (522), SyntaxFault('eprt') for anything else.
 */
export function parseEprt(text: string): { protocol: number; endpoint: Endpoint } {
  const delimiter = text.charAt(0);
  const [, protocolText = '', host = '', portText = ''] = delimiter === '' ? [] : text.split(delimiter, 6);
  const wellFormed = /^[!-~]/.test(text) && text === ['', protocolText, host, portText, ''].join(delimiter);
  if (!wellFormed || !/^\d{1,5}$/.test(protocolText)) throw eprtFault();
  const protocol = Number(protocolText);
  if (protocol !== 1 && protocol !== 2) throw familyFault();
  const port = parsePort(portText);
  const version = host.includes('%') ? 0 : ipVersion(host);
  if (port === undefined || version !== (protocol === 1 ? 4 : 6)) throw eprtFault();
  return { protocol, endpoint: { host: canonicalAddress(host), port } };
}

/** The inverse of {@link parseEprt}. Throws SyntaxFault('eprt') when the host is no IP address. */
export function formatEprt(endpoint: Endpoint): string {
  const host = hostBytes(endpoint, 'eprt');
  portBytes(endpoint.port, 'eprt');
  return `|${host.length === 4 ? 1 : 2}|${formatAddress(host)}|${endpoint.port}|`;
}

/** The answer to EPSV (RFC 2428 §3). */
export function formatEpsvReply(port: number): Reply {
  portBytes(port, 'epsv');
  return reply(229, `Entering Extended Passive Mode (|||${port}|)`);
}

/** The port of a 229, with any delimiter, or with protocol and host filled in, which some servers do. Throws SyntaxFault('epsv'). */
export function parseEpsvReply(answer: Reply): number {
  const found =
    findIn(answer, 229, /(?<delimiter>[!-/:-~])\k<delimiter>\k<delimiter> *(?<port>\d{1,5}) *\k<delimiter>/) ??
    findIn(
      answer,
      229,
      /\((?<delimiter>[!-/:-~])\d?\k<delimiter>[\da-f.:]*\k<delimiter>(?<port>\d{1,5})\k<delimiter>/i,
    );
  const port = parsePort(found?.groups?.['port'] ?? '');
  if (port === undefined) throw new SyntaxFault('epsv', 'No port in the reply to EPSV');
  return port;
}

/** RFC 2428 §3: nothing, `ALL`, or a protocol number. Throws SyntaxFault('epsv'). */
export function parseEpsvArgument(text: string | undefined): EpsvArgument {
  const argument = text?.trim() ?? '';
  if (argument === '') return { kind: 'any' };
  if (argument.toUpperCase() === 'ALL') return { kind: 'all' };
  if (/^\d{1,5}$/.test(argument)) return { kind: 'protocol', protocol: Number(argument) };
  throw new SyntaxFault('epsv', 'Expected nothing, ALL, or a protocol number');
}

/**
 * RFC 1639: `af,hal,h1,…,pal,p1,p2`, for the families 4 and 6. Throws SyntaxFault('address-family') for another family (521),
 * SyntaxFault('long-host-port') for anything else.
 */
export function parseLongHostPort(text: string): Endpoint {
  const numbers = parseNumbers(text);
  if (numbers === undefined || numbers.length < 2) throw longFault();
  const [family = 0, hostLength = 0] = numbers;
  if (family !== 4 && family !== 6) throw familyFault();
  const hostEnd = 2 + hostLength;
  if (hostLength !== (family === 4 ? 4 : 16) || numbers.length !== hostEnd + 3 || numbers[hostEnd] !== 2)
    throw longFault();
  return endpointOf(numbers.subarray(2, hostEnd), numbers.subarray(hostEnd + 1));
}

/** The inverse of {@link parseLongHostPort}. Throws SyntaxFault('long-host-port') when the host is no IP address. */
export function formatLongHostPort(endpoint: Endpoint): string {
  const host = hostBytes(endpoint, 'long-host-port');
  const port = portBytes(endpoint.port, 'long-host-port');
  return [host.length === 4 ? 4 : 6, host.length, ...host, port.length, ...port].join(',');
}

/** The answer to LPSV (RFC 1639). */
export function formatLpsvReply(endpoint: Endpoint): Reply {
  return reply(228, `Entering Long Passive Mode (${formatLongHostPort(endpoint)})`);
}

/** The endpoint of a 228. Throws as {@link parseLongHostPort}. */
export function parseLpsvReply(answer: Reply): Endpoint {
  const list = findIn(answer, 228, lpsvNumbers)?.[0];
  if (list === undefined) throw new SyntaxFault('long-host-port', 'No host and port in the reply to LPSV');
  return parseLongHostPort(list);
}

function parseNumbers(text: string): Uint8Array | undefined {
  const numbers = text.split(',', 32).map((part) => (/^ *\d{1,3} *$/.test(part) ? Number(part) : Number.NaN));
  return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined;
}

function endpointOf(host: Uint8Array, port: Uint8Array): Endpoint {
  return { host: formatAddress(host), port: ((port[0] ?? 0) << 8) | (port[1] ?? 0) };
}

function hostBytes(endpoint: Endpoint, part: string): Uint8Array {
  const bytes = ipVersion(endpoint.host) === 0 ? undefined : addressBytes(canonicalAddress(endpoint.host));
  if (bytes === undefined) throw new SyntaxFault(part, 'The host is not an IP address');
  return bytes;
}

function portBytes(port: number, part: string): readonly number[] {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new SyntaxFault(part, 'A port is 0 to 65535');
  return [port >> 8, port & 0xff];
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

function findIn(answer: Reply, code: number, pattern: RegExp): RegExpExecArray | undefined {
  if (answer.code !== code) return undefined;
  for (const line of answer.lines) {
    const found = pattern.exec(line);
    if (found !== null) return found;
  }
  return undefined;
}

function eprtFault(): SyntaxFault {
  return new SyntaxFault('eprt', 'Expected |1|address|port| or |2|address|port|');
}

function longFault(): SyntaxFault {
  return new SyntaxFault('long-host-port', 'Expected af,hal,h1,…,pal,p1,p2');
}

function familyFault(): SyntaxFault {
  return new SyntaxFault('address-family', 'Unsupported address family');
}
