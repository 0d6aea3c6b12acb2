// What the tests of this folder write packets and captures with.
import { type Endpoint, addressBytes } from '../../protocol/index.js';
import type { CapturedPacket } from './captured-packet.js';

export const ETHERNET = 1;

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function short(value: number): readonly number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

export function long(value: number): readonly number[] {
  return [...short(value >>> 16), ...short(value)];
}

function host(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (!bytes) throw new TypeError(`no address: ${address}`);
  return bytes;
}

export interface TcpFields {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly seq: number;
  readonly ack?: number;
  readonly flags?: string;
  readonly payload?: Uint8Array;
}

/** `flags`: letters of SYN, FIN and RST. */
export function tcp({ from, to, seq, ack, flags = '', payload = new Uint8Array(0) }: TcpFields): Uint8Array {
  const bits =
    (flags.includes('F') ? 1 : 0) |
    (flags.includes('S') ? 2 : 0) |
    (flags.includes('R') ? 4 : 0) |
    (ack === undefined ? 0 : 16);
  return join(
    short(from.port),
    short(to.port),
    long(seq),
    long(ack ?? 0),
    [0x50, bits],
    short(65_535),
    [0, 0, 0, 0],
    payload,
  );
}

export interface IpFields {
  readonly from: string;
  readonly to: string;
  readonly protocol?: number;
  readonly ttl?: number;
  readonly id?: number;
  /** Offset and whether more follow, of a fragment. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
}

export function ip({ from, to, protocol = 6, ttl = 64, id = 1, fragment }: IpFields, payload: Uint8Array): Uint8Array {
  const [source, target] = [host(from), host(to)];
  if (source.length === 16)
    return join([0x60, 0, 0, 0], short(payload.length), [protocol, ttl], source, target, payload);
  const flags = fragment ? (fragment.offset >> 3) | (fragment.more ? 0x2000 : 0) : 0;
  return join(
    [0x45, 0],
    short(20 + payload.length),
    short(id),
    short(flags),
    [ttl, protocol, 0, 0],
    source,
    target,
    payload,
  );
}

export function ethernet(packet: Uint8Array): Uint8Array {
  return join(new Uint8Array(12), short(packet[0] === 0x45 ? 0x0800 : 0x86dd), packet);
}

/** A packet as a reader gives it; `cut`: octets of it that were captured. */
export function captured(
  at: number,
  frame: Uint8Array,
  { linkType = ETHERNET, cut = frame.length, number = 0 } = {},
): CapturedPacket {
  return { at, linkType, interface: number, bytes: frame.subarray(0, cut), length: frame.length };
}

export function segment(fields: TcpFields, { ttl = 64 } = {}): Uint8Array {
  return ethernet(ip({ from: fields.from.host, to: fields.to.host, ttl }, tcp(fields)));
}

/** A file of libpcap. */
export function pcap(
  packets: readonly { readonly at: number; readonly bytes: Uint8Array; readonly length?: number }[],
  { littleEndian = true, nanoseconds = false, linkType = ETHERNET } = {},
): Uint8Array {
  const number = (value: number): readonly number[] => (littleEndian ? long(value).toReversed() : long(value));
  const half = (value: number): readonly number[] => (littleEndian ? short(value).toReversed() : short(value));
  const header = [
    number(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    half(2),
    half(4),
    number(0),
    number(0),
    number(262_144),
    number(linkType),
  ];
  const records = packets.map(({ at, bytes, length = bytes.length }) => {
    const fraction = Math.round((at % 1000) * (nanoseconds ? 1_000_000 : 1_000));
    return join(number(Math.floor(at / 1000)), number(fraction), number(bytes.length), number(length), bytes);
  });
  return join(...header, ...records);
}

export interface NgBlock {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A section of pcapng: its header, then the blocks. */
export function pcapng(blocks: readonly NgBlock[], { littleEndian = true } = {}): Uint8Array {
  const number = ngNumber(littleEndian);
  const block = ({ type, body }: NgBlock): Uint8Array => {
    const padded = join(body, new Uint8Array((4 - (body.length % 4)) % 4));
    return join(number(type), number(12 + padded.length), padded, number(12 + padded.length));
  };
  const section = {
    type: 0x0a0d0d0a,
    body: join(number(0x1a2b3c4d), littleEndian ? [1, 0, 0, 0] : [0, 1, 0, 0], number(0xffffffff), number(0xffffffff)),
  };
  return join(...[section, ...blocks].map(block));
}

export function ngNumber(littleEndian: boolean): (value: number) => readonly number[] {
  return (value) => (littleEndian ? long(value).toReversed() : long(value));
}

/** Both ends of a TCP connection, as packets of Ethernet. Time goes on by a millisecond a packet. */
export class TcpPair {
  readonly packets: CapturedPacket[] = [];
  readonly client: Endpoint;
  readonly server: Endpoint;
  at: number;
  readonly #ttl: Readonly<Record<'client' | 'server', number>>;
  readonly #next: Record<'client' | 'server', number>;

  constructor(
    client: Endpoint,
    server: Endpoint,
    { at = 1_000_000, isn = 1_000, answer = 5_000, ttl = { client: 64, server: 64 } } = {},
  ) {
    this.client = client;
    this.server = server;
    this.at = at;
    this.#ttl = ttl;
    this.#next = { client: isn, server: answer };
  }

  syn(times = 1): this {
    for (let time = 0; time < times; time += 1) this.raw('client', { flags: 'S', seq: this.#next.client });
    return this;
  }

  open(): this {
    this.syn();
    this.#next.client += 1;
    this.raw('server', { flags: 'S', seq: this.#next.server, ack: this.#next.client });
    this.#next.server += 1;
    this.raw('client', { seq: this.#next.client, ack: this.#next.server });
    return this;
  }

  say(side: 'client' | 'server', text: string | Uint8Array): this {
    const payload = typeof text === 'string' ? bytesOf(text) : text;
    this.raw(side, { seq: this.#next[side], ack: this.#next[side === 'client' ? 'server' : 'client'], payload });
    this.#next[side] += payload.length;
    return this;
  }

  /** Commands and replies, in the order they are said: `> NOOP`, `< 200 OK`. */
  talk(...lines: readonly string[]): this {
    for (const line of lines) this.say(line.startsWith('>') ? 'client' : 'server', `${line.slice(2)}\r\n`);
    return this;
  }

  end(side: 'client' | 'server', flags = 'F'): this {
    return this.raw(side, { flags, seq: this.#next[side], ack: this.#next[side === 'client' ? 'server' : 'client'] });
  }

  raw(side: 'client' | 'server', fields: Omit<TcpFields, 'from' | 'to'>): this {
    const [from, to] = side === 'client' ? [this.client, this.server] : [this.server, this.client];
    this.packets.push(captured(this.at, segment({ from, to, ...fields }, { ttl: this.#ttl[side] })));
    this.at += 1;
    return this;
  }
}
