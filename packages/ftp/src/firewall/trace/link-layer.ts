/** Where the IP packet in a frame begins, and by which way it went. */
export interface LinkPayload {
  readonly bytes: Uint8Array;
  /** Of captures of all interfaces at once (`tcpdump -i any`). */
  readonly outgoing: boolean | undefined;
  /** Number of the interface in the system that captured, where the frame tells. */
  readonly interface: number | undefined;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const PPPOE_SESSION = 0x8864;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const MAX_TAGS = 4;
const PPP_IP: ReadonlySet<number> = new Set([0x0021, 0x0057]);
/** PACKET_OUTGOING of packet(7). */
const SLL_OUTGOING = 4;
/** What BSDs, macOS and Linux call IPv4 and IPv6. */
const FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

/** By LINKTYPE number. A frame that holds no IP packet gives undefined. */
const READERS: ReadonlyMap<number, (frame: Frame) => LinkPayload | undefined> = new Map([
  [0, (frame) => loopback(frame, true) ?? loopback(frame, false)],
  [1, ethernet],
  [12, raw],
  [14, raw],
  [101, raw],
  [108, (frame) => loopback(frame, false)],
  [113, linuxCooked],
  [228, raw],
  [229, raw],
  [276, linuxCooked2],
]);

export function isKnownLinkType(linkType: number): boolean {
  return READERS.has(linkType);
}

/** What is inside the frame: an IP packet, or undefined. */
export function readLinkLayer(linkType: number, bytes: Uint8Array): LinkPayload | undefined {
  return READERS.get(linkType)?.(new Frame(bytes));
}

/** Bytes whose end may be missing: whatever is beyond it is 0. */
class Frame {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  short(at: number): number {
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  long(at: number, littleEndian: boolean): number {
    const [first, second] = [this.short(at), this.short(at + 2)];
    if (!littleEndian) return first * 0x1_0000 + second;
    return swap(second) * 0x1_0000 + swap(first);
  }
}

function swap(short: number): number {
  return ((short & 0xff) << 8) | (short >> 8);
}

function ethernet(frame: Frame): LinkPayload | undefined {
  return inside(frame, frame.short(12), 14);
}

/** What follows a type of Ethernet at `start`: VLAN tags and PPPoE may come before the packet. */
function inside(frame: Frame, etherType: number, at: number): LinkPayload | undefined {
  let type = etherType;
  let start = at;
  for (let tags = 0; VLAN_TAGS.has(type) && tags < MAX_TAGS; tags += 1) {
    type = frame.short(start + 2);
    start += 4;
  }
  if (type === PPPOE_SESSION && PPP_IP.has(frame.short(start + 6))) return from(frame, start + 8);
  return type === IPV4 || type === IPV6 ? from(frame, start) : undefined;
}

function raw(frame: Frame): LinkPayload {
  return from(frame, 0);
}

/** The family is in the order of octets of the machine that captured (NULL), or in network order (LOOP). */
function loopback(frame: Frame, littleEndian: boolean): LinkPayload | undefined {
  return FAMILIES.has(frame.long(0, littleEndian)) ? from(frame, 4) : undefined;
}

function linuxCooked(frame: Frame): LinkPayload | undefined {
  const inner = inside(frame, frame.short(14), 16);
  return inner && { ...inner, outgoing: frame.short(0) === SLL_OUTGOING };
}

function linuxCooked2(frame: Frame): LinkPayload | undefined {
  const inner = inside(frame, frame.short(0), 20);
  return inner && { ...inner, outgoing: frame.bytes[10] === SLL_OUTGOING, interface: frame.long(4, false) };
}

function from({ bytes }: Frame, start: number): LinkPayload {
  return { bytes: bytes.subarray(start), outgoing: undefined, interface: undefined };
}
