import { SyntaxFault } from './syntax-fault.js';

/** Which kind of IP address the text is; 0 for anything else. A `%scope` after an IPv6 address is allowed. */
export function ipVersion(text: string): 4 | 6 | 0 {
  const length = addressBytes(text)?.length;
  return length === 4 ? 4 : length === 16 ? 6 : 0;
}

/** RFC 1918, RFC 6598, loopback and link-local: addresses that mean nothing elsewhere. */
export function isPrivate(host: string): boolean {
  return (ipVersion(host) === 4 ? PRIVATE_IPV4 : PRIVATE_IPV6).test(host);
}

const PRIVATE_IPV4 =
  /^(?:0|10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const PRIVATE_IPV6 = /^(?:::1?$|(?:f[cd]|fe[89ab])[\da-f]*:)/i;

/**
 * One spelling for each address, so that two can be compared: RFC 5952 for IPv6, IPv4-mapped IPv6 as IPv4, no `%scope`.
 * Throws SyntaxFault('address') when the text is no IP address.
 */
export function canonicalAddress(text: string): string {
  const bytes = addressBytes(text);
  if (bytes === undefined) throw new SyntaxFault('address', 'Not an IP address');
  return formatAddress(bytes);
}

/** The 4 or 16 bytes of an IP address, in network order; `undefined` when the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return ipv4Bytes(text);
  const scope = /^(?<address>[^%]*)%[^%\s]+$/.exec(text);
  return ipv6Bytes(scope?.groups?.['address'] ?? text);
}

/** The canonical spelling of 4 or 16 bytes, see {@link canonicalAddress}. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (isMapped(bytes)) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0));
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Leading zeros are refused: some systems read them as octal. */
function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  const valid = parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return valid ? Uint8Array.from(parts, Number) : undefined;
}

/** RFC 4291 §2.2, all three forms. */
function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const last = halves.length - 1;
  const parts = halves.map((half, i) => groupBytes(half, i === last));
  const [head, tail] = parts;
  if (head === undefined) return undefined;
  if (last === 0) return head.length === 16 ? Uint8Array.from(head) : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

function groupBytes(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':', 9);
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const embedded = mayEndInIpv4 && i === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (embedded === undefined) return undefined;
    bytes.push(...embedded);
  }
  return bytes;
}

/** `::ffff:a.b.c.d`, RFC 4291 §2.5.5.2: how a dual-stack socket shows an IPv4 peer. */
function isMapped(bytes: Uint8Array): boolean {
  return bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
}

/** RFC 5952 §4.2: the first of the longest runs. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}
