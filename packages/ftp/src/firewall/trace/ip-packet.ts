import { formatAddress } from '../../protocol/index.js';

export interface Fragment {
  /** The same in all fragments of a packet. */
  readonly id: number;
  readonly offset: number;
  readonly last: boolean;
}

export interface IpPacket {
  readonly from: string;
  readonly to: string;
  /** Hops it may still go. */
  readonly ttl: number;
  /** Number of what is inside: 6 is TCP. */
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** Octets the payload had on the wire; more than are there when the capture has cut it. */
  readonly payloadLength: number;
  readonly fragment?: Fragment;
}

const MIN_IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;
const MAX_EXTENSIONS = 16;

/** An IPv4 or IPv6 packet; undefined for what is none. `onWire`: octets that it had before the capture cut it. */
export function readIpPacket(bytes: Uint8Array, onWire: number): IpPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return readIpv4(bytes, onWire);
  return version === 6 ? readIpv6(bytes, onWire) : undefined;
}

function readIpv4(bytes: Uint8Array, onWire: number): IpPacket | undefined {
  const header = ((bytes[0] ?? 0) & 0x0f) * 4;
  if (header < MIN_IPV4_HEADER || bytes.length < header) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Network cards that cut packets themselves are given some without a length.
  const total = view.getUint16(2) || onWire;
  if (total < header) return undefined;
  const flags = view.getUint16(6);
  const [offset, more] = [(flags & 0x1fff) * 8, (flags & 0x2000) !== 0];
  return {
    from: formatAddress(bytes.subarray(12, 16)),
    to: formatAddress(bytes.subarray(16, 20)),
    ttl: view.getUint8(8),
    protocol: view.getUint8(9),
    payload: bytes.subarray(header, total),
    payloadLength: total - header,
    ...((offset > 0 || more) && { fragment: { id: view.getUint16(4), offset, last: !more } }),
  };
}

function readIpv6(bytes: Uint8Array, onWire: number): IpPacket | undefined {
  if (bytes.length < IPV6_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = IPV6_HEADER + (view.getUint16(4) || Math.max(onWire - IPV6_HEADER, 0));
  let protocol = view.getUint8(6);
  let start = IPV6_HEADER;
  let fragment: Fragment | undefined;
  for (let extensions = 0; isExtension(protocol) && extensions < MAX_EXTENSIONS; extensions += 1) {
    if (start + 8 > Math.min(bytes.length, total)) return undefined;
    if (protocol === FRAGMENT) {
      const flags = view.getUint16(start + 2);
      fragment = { id: view.getUint32(start + 4), offset: flags & 0xfff8, last: (flags & 1) === 0 };
    }
    const length = extensionLength(protocol, view.getUint8(start + 1));
    protocol = view.getUint8(start);
    start += length;
    // Of later fragments only the first extension headers are here.
    if (fragment && fragment.offset > 0) break;
  }
  if (start > total) return undefined;
  return {
    from: formatAddress(bytes.subarray(8, 24)),
    to: formatAddress(bytes.subarray(24, 40)),
    ttl: view.getUint8(7),
    protocol,
    payload: bytes.subarray(start, total),
    payloadLength: total - start,
    ...(fragment && (fragment.offset > 0 || !fragment.last) && { fragment }),
  };
}

function isExtension(protocol: number): boolean {
  return [HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION, MOBILITY].includes(protocol);
}

/** RFC 8200 §4.2, RFC 4302 §2.2: in units of eight octets after the first, or of four. */
function extensionLength(protocol: number, units: number): number {
  if (protocol === FRAGMENT) return 8;
  return protocol === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
}
