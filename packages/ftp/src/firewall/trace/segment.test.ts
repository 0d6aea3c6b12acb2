import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fragments } from './fragments.js';
import { readIpPacket } from './ip-packet.js';
import { readLinkLayer } from './link-layer.js';
import { bytesOf, ethernet, ip, join, long, tcp } from './packet-writer.test.js';
import { readSegment } from './segment.js';

const FIELDS = {
  from: { host: '192.0.2.1', port: 40_000 },
  to: { host: '198.51.100.1', port: 21 },
  seq: 4_000_000_000,
  ack: 7,
  payload: bytesOf('USER a\r\n'),
};
const V6 = { from: '2001:db8::1', to: '2001:db8::2' };
const PACKET = ip({ from: FIELDS.from.host, to: FIELDS.to.host, ttl: 60 }, tcp(FIELDS));

const FRAMES: readonly (readonly [name: string, linkType: number, frame: Uint8Array])[] = [
  ['Ethernet', 1, ethernet(PACKET)],
  ['Ethernet, padded', 1, join(ethernet(PACKET), new Uint8Array(9))],
  ['VLAN', 1, join(new Uint8Array(12), [0x81, 0, 0, 5, 8, 0], PACKET)],
  ['VLAN in VLAN', 1, join(new Uint8Array(12), [0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0], PACKET)],
  ['PPPoE', 1, join(new Uint8Array(12), [0x88, 0x64, 0x11, 0, 0, 1, 0, 50, 0, 0x21], PACKET)],
  ['raw', 101, PACKET],
  ['raw of OpenBSD', 14, PACKET],
  ['NULL, little end first', 0, join([2, 0, 0, 0], PACKET)],
  ['NULL, big end first', 0, join([0, 0, 0, 2], PACKET)],
  ['LOOP', 108, join([0, 0, 0, 2], PACKET)],
  ['Linux cooked', 113, join([0, 4], new Uint8Array(12), [8, 0], PACKET)],
  ['Linux cooked, VLAN', 113, join([0, 4], new Uint8Array(12), [0x81, 0, 0, 5, 8, 0], PACKET)],
  ['Linux cooked 2', 276, join([8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6], new Uint8Array(8), PACKET)],
];

for (const [name, linkType, frame] of FRAMES)
  test(`${name}: the segment inside`, () => {
    const link = readLinkLayer(linkType, frame);
    const packet = link && readIpPacket(link.bytes, link.bytes.length);
    const segment = packet && readSegment(packet);
    assert.ok(segment?.kind === 'segment');
    const { from, to, seq, ack, ttl, payloadLength, syn, fin, rst } = segment;
    assert.deepEqual(
      { from, to, seq, ack, payload: segment.payload, ttl, payloadLength, syn, fin, rst },
      { ...FIELDS, ttl: 60, payloadLength: 8, syn: false, fin: false, rst: false },
    );
  });

test('a capture of all interfaces tells which way a packet goes, and through which one', () => {
  for (const [, linkType, frame] of FRAMES.filter(([name]) => name.startsWith('Linux cooked')))
    assert.equal(readLinkLayer(linkType, frame)?.outgoing, true);
  assert.equal(readLinkLayer(276, FRAMES.at(-1)?.[2] ?? new Uint8Array(0))?.interface, 3);
});

test('what holds no IP packet holds no segment', () => {
  for (const frame of [join(new Uint8Array(12), [8, 6], new Uint8Array(28)), new Uint8Array(3), new Uint8Array(0)])
    assert.equal(readLinkLayer(1, frame), undefined);
  assert.equal(readLinkLayer(147, PACKET), undefined);
});

test('every cut of a packet gives less of it, or nothing', () => {
  for (let length = 0; length < PACKET.length; length += 1) {
    const packet = readIpPacket(PACKET.subarray(0, length), PACKET.length);
    const segment = packet && readSegment(packet);
    assert.equal(segment !== undefined, length >= 40, `cut at ${length}`);
    if (segment?.kind === 'segment')
      assert.deepEqual([segment.payload.length, segment.payloadLength], [length - 40, 8]);
  }
});

test('IPv6, with extension headers before TCP', () => {
  const inner = tcp({ ...FIELDS, from: { host: V6.from, port: 1 }, to: { host: V6.to, port: 21 } });
  const headers: readonly (readonly [first: number, bytes: readonly number[]])[] = [
    [6, []],
    [0, [6, 0, 0, 0, 0, 0, 0, 0]],
    [60, [43, 1, ...new Uint8Array(14), 51, 0, 0, 0, 0, 0, 0, 0, 6, 1, ...new Uint8Array(10)]],
    [44, [6, 0, 0, 0, 0, 0, 0, 9]],
  ];
  for (const [first, bytes] of headers) {
    const packet = readIpPacket(ip({ ...V6, protocol: first }, join(bytes, inner)), 0);
    const segment = packet && readSegment(packet);
    assert.ok(segment?.kind === 'segment', `first header ${first}`);
    assert.deepEqual(segment.from, { host: V6.from, port: 1 });
  }
  assert.equal(readIpPacket(ip({ ...V6, protocol: 0 }, Uint8Array.from([0, 255])), 0), undefined);
});

function put(fragments: Fragments, pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  return pieces.flatMap((piece) => {
    const packet = readIpPacket(piece, piece.length);
    const joined = packet && fragments.whole('a', packet);
    return joined ? [joined.payload] : [];
  });
}

test('fragments are put together in any order; too many are forgotten', () => {
  const whole = tcp({ ...FIELDS, payload: bytesOf('x'.repeat(100)) });
  const cut = (id: number): readonly Uint8Array[] =>
    [0, 40, 80].map((offset) =>
      ip(
        { from: '192.0.2.1', to: '198.51.100.1', id, fragment: { offset, more: offset < 80 } },
        whole.subarray(offset, offset === 80 ? undefined : offset + 40),
      ),
    );
  assert.deepEqual(put(new Fragments({ maxFragmentBytes: 10_000 }), cut(1)), [whole]);
  assert.deepEqual(put(new Fragments({ maxFragmentBytes: 10_000 }), [...cut(1), ...cut(2)].toReversed()), [
    whole,
    whole,
  ]);
  const small = new Fragments({ maxFragmentBytes: 1_000 });
  const first = cut(1);
  put(small, first.slice(0, 2));
  for (let id = 2; id < 9; id += 1) put(small, cut(id).slice(0, 1));
  assert.deepEqual(put(small, first.slice(2)), []);
});

function fragmentOf(offset: number, length: number, more: boolean): Uint8Array {
  return ip({ from: '192.0.2.1', to: '198.51.100.1', fragment: { offset, more } }, new Uint8Array(length));
}

test('fragments that overlap, or go on behind the last one, make no packet', () => {
  for (const pieces of [
    [fragmentOf(16, 8, true), fragmentOf(0, 16, true), fragmentOf(8, 0, false)],
    [fragmentOf(0, 16, true), fragmentOf(8, 16, true), fragmentOf(24, 8, false)],
    [fragmentOf(0, 16, true), fragmentOf(16, 24, true), fragmentOf(32, 8, false)],
  ])
    assert.deepEqual(put(new Fragments({ maxFragmentBytes: 10_000 }), pieces), []);
});

test('ICMP errors tell of the segment that they are about, and of who says so', () => {
  const about = PACKET.subarray(0, 28);
  const icmp = readIpPacket(
    ip({ from: '203.0.113.9', to: '192.0.2.1', protocol: 1 }, join([3, 13, 0, 0], long(0), about)),
    0,
  );
  assert.deepEqual(icmp && readSegment(icmp), {
    kind: 'icmp',
    by: '203.0.113.9',
    text: 'administratively prohibited',
    from: FIELDS.from,
    to: FIELDS.to,
  });
  const six = ip(V6, tcp({ ...FIELDS, from: { host: V6.from, port: 1 }, to: { host: V6.to, port: 2 } })).subarray(
    0,
    48,
  );
  const icmp6 = readIpPacket(
    ip({ from: '2001:db8::9', to: V6.from, protocol: 58 }, join([1, 4, 0, 0], long(0), six)),
    0,
  );
  assert.deepEqual(icmp6 && readSegment(icmp6), {
    kind: 'icmp',
    by: '2001:db8::9',
    text: 'port unreachable',
    from: { host: V6.from, port: 1 },
    to: { host: V6.to, port: 2 },
  });
  const echo = readIpPacket(ip({ from: '203.0.113.9', to: '192.0.2.1', protocol: 1 }, new Uint8Array(60)), 0);
  assert.equal(echo && readSegment(echo), undefined);
});
