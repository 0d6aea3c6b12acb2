import assert from 'node:assert/strict';
import { CaptureFault, CaptureReader, type CapturedPacket, SourceReader, TraceBuilder } from '@twinport/ftp/firewall';

/** Link types: Ethernet, raw, LOOP, the cooked ones, NULL. */
const LINK_TYPES = [1, 101, 108, 113, 276, 0] as const;
const HEADERS: readonly Uint8Array[] = [
  Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0),
  Uint8Array.of(
    0x0a,
    0x0d,
    0x0d,
    0x0a,
    28,
    0,
    0,
    0,
    0x4d,
    0x3c,
    0x2b,
    0x1a,
    1,
    0,
    0,
    0,
    255,
    255,
    255,
    255,
    255,
    255,
    255,
    255,
    28,
    0,
    0,
    0,
  ),
];

const ENDS = { local: { host: '192.0.2.2', port: 21 }, remote: { host: '192.0.2.1', port: 40_000 } };
/** Of a session that has begun; what follows may be more of it. */
const EVENTS: Uint8Array = new TextEncoder().encode(
  [
    { kind: 'control', at: 1, state: 'open', ...ENDS },
    { kind: 'line', at: 2, direction: 'in', text: 'EPSV' },
    { kind: 'data', at: 3, state: 'opening', mode: 'passive', role: 'dial', ...ENDS },
  ]
    .map((event) => `${JSON.stringify({ side: 'server', session: 1, ...event })}\n`)
    .join(''),
);

export const captureTargets: Record<string, (bytes: Uint8Array) => void> = {
  capture(bytes) {
    for (const header of [new Uint8Array(0), ...HEADERS]) {
      const file = Uint8Array.from([...header, ...bytes]);
      const whole = read([file]);
      const at = bytes.reduce((sum, byte) => sum + byte, 0) % (file.length + 1);
      assert.deepEqual(read([file.subarray(0, at), file.subarray(at)]), whole);
    }
  },

  events(bytes) {
    const log = Uint8Array.from([...EVENTS, ...bytes]);
    const builder = new TraceBuilder();
    const reader = new SourceReader(builder, { name: 'a' });
    const at = bytes.reduce((sum, byte) => sum + byte, 0) % (log.length + 1);
    for (const chunk of [log.subarray(0, at), log.subarray(at)]) reader.push(chunk);
    reader.end();
    check(builder);
  },

  packets(bytes) {
    const builder = new TraceBuilder({
      limits: { maxConnections: 50, maxTextBytes: 10_000, maxFragmentBytes: 10_000 },
    });
    for (const [index, linkType] of LINK_TYPES.entries()) {
      builder.add({ name: 'a' }, packet(linkType, bytes, index));
      // As the content of a segment to and from port 21, whole and cut.
      for (const port of [21, 40_000]) builder.add({ name: 'b' }, packet(101, segment(port, bytes), index));
    }
    check(builder);
  },
};

function check(builder: TraceBuilder): void {
  for (const { id } of builder.sessions()) {
    assert.ok(builder.transcript(id).every(({ text }) => !/[\p{Cc}\p{Cs}]/u.test(text)));
    for (const { places, steps, conclusion } of builder.timelines(id)) {
      assert.ok(
        steps.every(
          ({ number, hops }, index) => number === index + 1 && hops.every(({ place }) => place < places.length),
        ),
      );
      assert.ok(conclusion.step === undefined || conclusion.step <= steps.length);
    }
  }
}

function packet(linkType: number, bytes: Uint8Array, at: number): CapturedPacket {
  return { at, linkType, interface: 0, bytes, length: bytes.length + (bytes[0] ?? 0) };
}

function segment(port: number, payload: Uint8Array): Uint8Array {
  const length = 40 + payload.length;
  const [from, to] = port === 21 ? [40_000, 21] : [21, 40_000];
  const ip = [0x45, 0, length >> 8, length & 0xff, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 1];
  const tcp = [
    from >> 8,
    from & 0xff,
    to >> 8,
    to & 0xff,
    0,
    0,
    0,
    payload[0] ?? 0,
    0,
    0,
    0,
    0,
    0x50,
    0x10,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  return Uint8Array.from([...ip, ...tcp, ...payload]);
}

function read(chunks: readonly Uint8Array[]): unknown {
  const reader = new CaptureReader();
  try {
    const packets = chunks.flatMap((chunk) => reader.push(chunk));
    return { packets: packets.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] })), end: reader.end() };
  } catch (error) {
    if (error instanceof CaptureFault) return error.code;
    throw error;
  }
}
