import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureFault } from './capture-fault.js';
import { type SourcedEvent, parseEventLine } from './event-line.js';
import { EventReader } from './event-reader.js';
import { TcpPair, pcap } from './packet-writer.test.js';
import { SourceReader } from './source-reader.js';
import { TraceBuilder } from './trace-builder.js';
import type { TraceEvent } from './trace-event.js';

const CLIENT = { host: '2001:db8::2', port: 40_000 };
const SERVER = { host: '192.0.2.2', port: 21 };
const SOURCE = { side: 'client', session: '1.1' } as const;
const OPEN: TraceEvent = { kind: 'control', at: 1, state: 'open', local: CLIENT, remote: SERVER };
const EVENTS: readonly TraceEvent[] = [
  OPEN,
  { kind: 'line', at: 2.5, direction: 'in', text: '220 Grüß Gott' },
  { ...OPEN, at: 3, state: 'secured', tls: { protocol: 'TLSv1.3' } },
  { kind: 'data', at: 4, state: 'offered', mode: 'active', role: 'listen' },
  {
    kind: 'data',
    at: 5,
    state: 'failed',
    mode: 'passive',
    role: 'dial',
    local: CLIENT,
    remote: SERVER,
    reason: 'no answer',
    code: 'TIMEOUT',
  },
  { ...OPEN, at: 6, state: 'closed', reason: 'closed' },
];

function lineOf(event: object, source: object = SOURCE): string {
  return JSON.stringify({ ...event, ...source });
}

function bytesOf(...lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
}

test('an event comes out of its line as it went in, whatever else stands there', () => {
  for (const event of EVENTS) {
    const wanted: SourcedEvent = { source: SOURCE, event };
    assert.deepEqual(parseEventLine(lineOf(event)), wanted);
    assert.deepEqual(
      parseEventLine(`${lineOf({ level: 10, time: 7, ...event, message: 'x', connection: 1 })}\r`),
      wanted,
    );
  }
  const ofServer = parseEventLine(lineOf(OPEN, { side: 'server', session: 7 }));
  assert.deepEqual(ofServer?.source, { side: 'server', session: '7' });
});

test('what is no event, or only looks like one, is another line', () => {
  for (const line of [
    '',
    'twinport: interrupted',
    '12:00:00.000 #1 <-- 220 hello',
    lineOf(OPEN).slice(0, -1),
    'null',
    '[]',
    '{"level":30,"at":1,"session":1,"side":"server","user":"ann","outcome":"accepted"}',
    lineOf(OPEN, { session: 1 }),
    lineOf(OPEN, { side: 'gateway', session: 1 }),
    lineOf(OPEN, { side: 'client' }),
    lineOf({ ...OPEN, at: '1' }),
    lineOf({ ...OPEN, state: 'ajar' }),
    lineOf({ ...OPEN, local: undefined }),
    lineOf({ ...OPEN, remote: { host: 1, port: 21 } }),
    lineOf({ ...OPEN, remote: { host: 'x', port: 65_536 } }),
    lineOf({ ...OPEN, remote: { host: 'x', port: 0.5 } }),
    lineOf({ kind: 'line', at: 1, direction: 'up', text: 'x' }),
    lineOf({ kind: 'line', at: 1, direction: 'in', text: null }),
    lineOf({ kind: 'data', at: 1, state: 'open', mode: 'active', role: 'wait' }),
    lineOf({ kind: 'data', at: 1, state: 'open', mode: 'extended', role: 'dial' }),
    lineOf({ kind: 'packet', at: 1 }),
  ])
    assert.equal(parseEventLine(line), undefined, line);
});

test('nothing of a line reaches a terminal as it is', () => {
  const hostile = '\u001b[2J\u202e';
  const line = parseEventLine(lineOf({ kind: 'line', at: 1, direction: 'in', text: hostile }))?.event;
  assert.equal(line?.kind === 'line' && line.text, '\\x1b[2J\\u202e');
  const control = parseEventLine(lineOf({ ...OPEN, reason: hostile, remote: { host: hostile, port: 1 } }))?.event;
  assert.doesNotMatch(JSON.stringify(control), /\\u001b|\u202e/);
});

test('events are found between other lines, at every split point', () => {
  const log = bytesOf('listening', ...EVENTS.map((event) => lineOf(event)), '{"level":30}', '', 'twinport: done');
  for (let at = 0; at <= log.length; at += 1) {
    const reader = new EventReader();
    const events = [log.subarray(0, at), log.subarray(at)].flatMap((chunk) => reader.push(chunk));
    assert.deepEqual(
      events.map(({ event }) => event),
      EVENTS,
    );
    assert.deepEqual(reader.end(), { event: undefined, flaw: undefined });
  }
});

test('the last line may have no end; one that is cut short is said to be', () => {
  const last = lineOf(EVENTS[1] ?? OPEN);
  for (const [end, wanted, flaw] of [
    [last, EVENTS[1], undefined],
    [last.slice(0, -1), undefined, /cut short/],
    ['twinport: interrupt', undefined, undefined],
  ] as const) {
    const reader = new EventReader();
    reader.push(bytesOf(lineOf(OPEN)));
    reader.push(new TextEncoder().encode(end));
    const { event, flaw: said } = reader.end();
    assert.deepEqual(event?.event, wanted);
    assert.match(said ?? '', flaw ?? /^$/);
  }
});

test('a line that is too long for an event is skipped', () => {
  const reader = new EventReader();
  const long = bytesOf(lineOf({ ...OPEN, more: 'x'.repeat(300_000) }), lineOf(OPEN));
  const chunks = Array.from({ length: Math.ceil(long.length / 10_000) }, (_, index) => long.subarray(index * 10_000));
  assert.equal(chunks.flatMap((chunk) => reader.push(chunk.subarray(0, 10_000))).length, 1);
  assert.deepEqual(reader.end(), { event: undefined, flaw: undefined });
});

test('a source is a capture or a log by what is in it, at every split point of its beginning; else it is neither', () => {
  const session = new TcpPair(CLIENT, { host: '2001:db8::9', port: 21 }).open().talk('< 220 hello', '> USER ann');
  const capture = pcap(session.packets.map(({ at, bytes }) => ({ at, bytes })));
  const log = bytesOf(lineOf(OPEN), lineOf({ kind: 'line', at: 2, direction: 'out', text: 'USER ann' }));
  for (const [source, vantages] of [
    [capture, ['x']],
    [log, ['Twinport, the client']],
  ] as const)
    for (let at = 0; at < 8; at += 1) {
      const trace = new TraceBuilder();
      const reader = new SourceReader(trace, { name: 'x' });
      reader.push(source.subarray(0, at));
      reader.push(source.subarray(at));
      assert.equal(reader.end(), undefined);
      assert.deepEqual(
        trace.sessions().map(({ user, vantages: seen }) => [user, seen]),
        [['ann', vantages]],
      );
    }
  for (const text of ['', 'x', '{}', 'this is text\n{"level":30}\n']) {
    const reader = new SourceReader(new TraceBuilder(), { name: 'x' });
    reader.push(new TextEncoder().encode(text));
    assert.throws(
      () => reader.end(),
      (error) => error instanceof CaptureFault && error.code === 'no-events',
    );
  }
});
