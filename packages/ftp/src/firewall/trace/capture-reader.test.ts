import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureFault } from './capture-fault.js';
import { type CaptureEnd, CaptureReader } from './capture-reader.js';
import type { CapturedPacket } from './captured-packet.js';
import { bytesOf, join, ngNumber, pcap, pcapng } from './packet-writer.test.js';

const PACKETS = [
  { at: 1_700_000_000_123.456, bytes: bytesOf('first') },
  { at: 1_700_000_001_000, bytes: bytesOf(''), length: 60 },
  { at: 1_700_000_002_999.999, bytes: bytesOf('and the last'), length: 1500 },
];
const READ = PACKETS.map(({ at, bytes, length = bytes.length }) => ({
  at,
  linkType: 1,
  interface: 0,
  text: textOf(bytes),
  length,
}));

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function readAll(...chunks: readonly Uint8Array[]): { readonly packets: readonly unknown[]; readonly end: CaptureEnd } {
  const reader = new CaptureReader();
  const packets = chunks.flatMap((chunk) => reader.push(chunk)).map(plain);
  return { packets, end: reader.end() };
}

function plain({ at, linkType, interface: number, bytes, length }: CapturedPacket): unknown {
  return { at: Math.round(at * 1000) / 1000, linkType, interface: number, text: textOf(bytes), length };
}

/** Interface description, enhanced packets, and what else is in such files. */
function ngBlocks(littleEndian: boolean): Parameters<typeof pcapng>[0] {
  const number = ngNumber(littleEndian);
  const half = (value: number): readonly number[] =>
    number(value).filter((_, index) => (littleEndian ? index < 2 : index > 1));
  const microseconds = (at: number): readonly number[] => {
    const ticks = BigInt(Math.round(at * 1000));
    return [...number(Number(ticks >> 32n)), ...number(Number(ticks & 0xffff_ffffn))];
  };
  return [
    { type: 1, body: join(half(1), half(0), number(0), half(9), half(1), [6, 0, 0, 0], half(0), half(0)) },
    { type: 4, body: bytesOf('names of hosts') },
    ...PACKETS.map(({ at, bytes, length = bytes.length }) => ({
      type: 6,
      body: join(number(0), microseconds(at), number(bytes.length), number(length), bytes),
    })),
    { type: 5, body: new Uint8Array(12) },
  ];
}

const FILES: readonly (readonly [name: string, file: Uint8Array])[] = [
  ['pcap, little end first', pcap(PACKETS)],
  ['pcap, big end first', pcap(PACKETS, { littleEndian: false })],
  ['pcap, nanoseconds', pcap(PACKETS, { nanoseconds: true })],
  ['pcap, big end first, nanoseconds', pcap(PACKETS, { littleEndian: false, nanoseconds: true })],
  ['pcapng, little end first', pcapng(ngBlocks(true))],
  ['pcapng, big end first', pcapng(ngBlocks(false), { littleEndian: false })],
];

for (const [name, file] of FILES) {
  test(`${name}: read whole, at every split point, and an octet at a time`, () => {
    const whole = { packets: READ, end: { packets: READ.length, flaw: undefined } };
    assert.deepEqual(readAll(file), whole);
    for (let at = 0; at <= file.length; at += 1)
      assert.deepEqual(readAll(file.subarray(0, at), file.subarray(at)), whole, `split at ${at}`);
    assert.deepEqual(readAll(...Array.from(file, (byte) => Uint8Array.of(byte))), whole);
  });

  test(`${name}: cut short anywhere, gives the packets before and says so`, () => {
    for (let at = 4; at < file.length; at += 1) {
      const { packets, end } = readAll(file.subarray(0, at));
      assert.deepEqual(packets, READ.slice(0, packets.length), `cut at ${at}`);
      if (packets.length < READ.length && !isWhole(file, at)) assert.match(end.flaw ?? '', /cut short/, `cut at ${at}`);
    }
  });
}

/** Whether a cut between two records cannot be told from the end. */
function isWhole(file: Uint8Array, at: number): boolean {
  return readAll(file.subarray(0, at)).end.flaw === undefined && [24, 28].some((header) => at >= header);
}

test('a chunk may be used again after it was pushed', () => {
  const file = pcap(PACKETS);
  const reader = new CaptureReader();
  const chunk = file.slice(0, 50);
  reader.push(chunk);
  chunk.fill(0xff);
  assert.deepEqual(reader.push(file.slice(50)).map(plain), READ.slice(1));
});

test('several interfaces of several sections, each with its own link type and clock', () => {
  const number = ngNumber(true);
  const described = (linkType: number, resolution: number, offset = 0): Uint8Array =>
    join(
      [linkType, 0, 0, 0],
      number(0),
      [9, 0, 1, 0, resolution, 0, 0, 0],
      [14, 0, 8, 0],
      number(offset),
      number(0),
      [0, 0, 0, 0],
    );
  const packet = (of: number, ticks: number): { type: number; body: Uint8Array } => ({
    type: 6,
    body: join(number(of), number(0), number(ticks), number(1), number(1), [0x2a]),
  });
  const first = pcapng([
    { type: 1, body: described(1, 3) },
    { type: 1, body: described(101, 0x80 | 10, 100) },
    packet(0, 5_000),
    packet(1, 2_048),
  ]);
  const second = pcapng([{ type: 1, body: described(113, 3) }, packet(0, 7_000), packet(9, 1)]);
  const read = new CaptureReader().push(join(first, second));
  assert.deepEqual(
    read.map(({ at, linkType, interface: of }) => ({ at, linkType, of })),
    [
      { at: 5_000, linkType: 1, of: 0 },
      { at: 102_000, linkType: 101, of: 1 },
      { at: 7_000, linkType: 113, of: 2 },
    ],
  );
});

test('a time that no clock shows counts as that of the packet before', () => {
  const number = ngNumber(true);
  const packet = (high: number, low: number): { type: number; body: Uint8Array } => ({
    type: 6,
    body: join(number(0), number(high), number(low), number(1), number(1), [0x2a]),
  });
  const file = pcapng([
    { type: 1, body: join([1, 0, 0, 0], number(0)) },
    packet(0, 7_000),
    packet(0xffffffff, 0xffffffff),
  ]);
  assert.deepEqual(
    new CaptureReader().push(file).map(({ at }) => at),
    [7, 7],
  );
});

test('packets of the simple kind, and of the old one', () => {
  const number = ngNumber(true);
  const file = pcapng([
    { type: 1, body: join([1, 0, 0, 0], number(4)) },
    { type: 2, body: join([0, 0, 0, 0], number(0), number(3_000_000), number(2), number(9), bytesOf('ab')) },
    { type: 3, body: join(number(6), bytesOf('abcd')) },
  ]);
  assert.deepEqual(readAll(file).packets, [
    { at: 3_000, linkType: 1, interface: 0, text: 'ab', length: 9 },
    { at: 3_000, linkType: 1, interface: 0, text: 'abcd', length: 6 },
  ]);
});

test('a long block that nobody needs is skipped, and is not held', () => {
  const number = ngNumber(true);
  const length = 64 * 1024 * 1024;
  const reader = new CaptureReader();
  reader.push(pcapng([]));
  reader.push(join(number(0x0bad), number(length)));
  const chunk = new Uint8Array(1024 * 1024);
  for (let left = length - 8; left > 0; left -= chunk.length)
    reader.push(chunk.subarray(0, Math.min(left, chunk.length)));
  const [packet] = reader.push(pcapng(ngBlocks(true)));
  assert.ok(packet);
  assert.equal(reader.end().flaw, undefined);
});

test('what is damaged ends there', () => {
  const file = pcap(PACKETS);
  file.fill(0xff, 24 + 16 + 5 + 8, 24 + 16 + 5 + 12);
  const { packets, end } = readAll(file);
  assert.deepEqual(packets, READ.slice(0, 1));
  assert.match(end.flaw ?? '', /damaged/);
  assert.match(readAll(join(pcapng([]), [1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])).end.flaw ?? '', /damaged/);
});

test('what is no capture is said to be none', () => {
  for (const text of ['220 Welcome\r\n', 'GIF89a', '{"a":1}'])
    assert.throws(
      () => new CaptureReader().push(bytesOf(text)),
      (error) => error instanceof CaptureFault && error.code === 'not-a-capture',
    );
  for (const magic of [
    [0x1f, 0x8b, 8, 0],
    [0x28, 0xb5, 0x2f, 0xfd],
  ])
    assert.throws(
      () => new CaptureReader().push(Uint8Array.from(magic)),
      (error) => error instanceof CaptureFault && error.code === 'compressed',
    );
  for (const file of [new Uint8Array(0), Uint8Array.of(0xd4, 0xc3)]) {
    const reader = new CaptureReader();
    reader.push(file);
    assert.throws(() => reader.end(), CaptureFault);
  }
});
