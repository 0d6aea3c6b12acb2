import type { Endpoint } from '../../protocol/index.js';
import { type IpPacket, readIpPacket } from './ip-packet.js';

/** One TCP segment. */
export interface Segment {
  readonly kind: 'segment';
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly ttl: number;
  readonly seq: number;
  readonly ack: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
  /** Octets the payload had on the wire. */
  readonly payloadLength: number;
}

/** An ICMP error, and the segment that it is about. */
export interface IcmpError {
  readonly kind: 'icmp';
  /** Who says so. */
  readonly by: string;
  readonly text: string;
  /** Ends of the segment. */
  readonly from: Endpoint;
  readonly to: Endpoint;
}

const ICMP = 1;
const TCP = 6;
const ICMPV6 = 58;
const MIN_HEADER = 20;
const ICMP_HEADER = 8;

const ICMP_TEXTS: ReadonlyMap<number, string> = new Map([
  [0x0300, 'network unreachable'],
  [0x0301, 'host unreachable'],
  [0x0303, 'port unreachable'],
  [0x0304, 'too big: fragmentation needed'],
  [0x0309, 'network prohibited'],
  [0x030a, 'host prohibited'],
  [0x030d, 'administratively prohibited'],
]);
const ICMPV6_TEXTS: ReadonlyMap<number, string> = new Map([
  [0x0100, 'no route'],
  [0x0101, 'administratively prohibited'],
  [0x0103, 'address unreachable'],
  [0x0104, 'port unreachable'],
  [0x0105, 'source address failed policy'],
  [0x0106, 'route rejected'],
  [0x0200, 'packet too big'],
]);
/** Types of errors: unreachable, (v6: too big), time exceeded. */
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 11]);
const ICMPV6_ERRORS: ReadonlySet<number> = new Set([1, 2, 3]);

/** What a packet says of a TCP connection; undefined for everything else. */
export function readSegment(packet: IpPacket): Segment | IcmpError | undefined {
  switch (packet.protocol) {
    case TCP:
      return readTcp(packet);
    case ICMP:
      return readIcmp(packet, ICMP_ERRORS, ICMP_TEXTS);
    case ICMPV6:
      return readIcmp(packet, ICMPV6_ERRORS, ICMPV6_TEXTS);
    default:
      return undefined;
  }
}

function readTcp({ from, to, ttl, payload: bytes, payloadLength }: IpPacket): Segment | undefined {
  if (bytes.length < MIN_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = (view.getUint8(12) >> 4) * 4;
  if (header < MIN_HEADER || header > payloadLength) return undefined;
  const flags = view.getUint8(13);
  return {
    kind: 'segment',
    from: { host: from, port: view.getUint16(0) },
    to: { host: to, port: view.getUint16(2) },
    ttl,
    seq: view.getUint32(4),
    ack: flags & 0x10 ? view.getUint32(8) : undefined,
    syn: (flags & 0x02) !== 0,
    fin: (flags & 0x01) !== 0,
    rst: (flags & 0x04) !== 0,
    payload: bytes.subarray(header),
    payloadLength: payloadLength - header,
  };
}

/** RFC 792, RFC 4443: the packet that it is about follows, at least its ports. */
function readIcmp(
  { from: by, payload }: IpPacket,
  errors: ReadonlySet<number>,
  texts: ReadonlyMap<number, string>,
): IcmpError | undefined {
  const [type = 0, code = 0] = payload;
  if (payload.length < ICMP_HEADER || !errors.has(type)) return undefined;
  const about = readIpPacket(payload.subarray(ICMP_HEADER), 0);
  const [high = 0, low = 0, toHigh = 0, toLow] = about?.payload ?? [];
  if (about?.protocol !== TCP || toLow === undefined) return undefined;
  return {
    kind: 'icmp',
    by,
    text: texts.get((type << 8) | code) ?? `ICMP type ${type} code ${code}`,
    from: { host: about.from, port: (high << 8) | low },
    to: { host: about.to, port: (toHigh << 8) | toLow },
  };
}
