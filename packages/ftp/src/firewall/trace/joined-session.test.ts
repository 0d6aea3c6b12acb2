import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hop } from '../rules/index.js';
import { Conversation } from './conversation.js';
import { newFlow } from './flow.js';
import { Inference, type Observation } from './inference.js';
import { joinSessions } from './joined-session.js';
import { TcpPair, captured, segment } from './packet-writer.test.js';
import { TraceBuilder } from './trace-builder.js';
import type { EventSource, TraceEvent } from './trace-event.js';

const LOGIN = ['< 220 hello', '> USER ann', '< 331 more', '> PASS secret', '< 230 in'] as const;
const SERVER = '192.0.2.2';

/** The same connection on both sides of NAT: other addresses, ports and TTLs, the same numbers. */
function bothSides(
  serverPort: number,
  isn: number,
  start: number,
): { readonly inside: TcpPair; readonly outside: TcpPair } {
  const server = { host: SERVER, port: serverPort };
  const inside = new TcpPair({ host: '10.1.0.2', port: 40_000 }, server, {
    at: start,
    isn,
    ttl: { client: 64, server: 62 },
  });
  const outside = new TcpPair({ host: '203.0.113.1', port: 1_024 + (isn % 1000) }, server, {
    at: start,
    isn,
    ttl: { client: 62, server: 64 },
  });
  return { inside, outside };
}

function traced(inside: readonly TcpPair[], outside: readonly TcpPair[]): TraceBuilder {
  const builder = new TraceBuilder();
  // The far side first: it is the TTLs that tell which is which.
  for (const { packets } of outside) for (const packet of packets) builder.add({ name: 'outside' }, packet);
  for (const { packets } of inside) for (const packet of packets) builder.add({ name: 'inside' }, packet);
  return builder;
}

function hopText({ verdict, before, after }: Hop): string {
  return before === undefined ? verdict : `${verdict} ${before} -> ${after}`;
}

test('both sides of NAT with a helper: the order of places, the text before and after, lines that one side has not', () => {
  const { inside, outside } = bothSides(21, 1_000, 1_000_000);
  for (const pair of [inside, outside]) pair.open().talk(...LOGIN);
  inside.talk('> PORT 10,1,0,2,200,10', '< 200 ok');
  outside.talk('> PORT 203,0,113,1,200,10', '< 200 ok');
  for (const pair of [inside, outside]) pair.talk('> RETR a', '< 150 here', '< 226 done', '> QUIT', '< 221 bye');
  const missed = inside.packets.findIndex(({ bytes }) => new TextDecoder().decode(bytes).includes('RETR'));
  inside.packets.splice(missed, 1);
  const builder = traced([inside], [outside]);
  const [session, ...others] = builder.sessions();
  assert.deepEqual([session?.vantages, others], [['inside', 'outside'], []]);
  assert.deepEqual(session?.client, { host: '10.1.0.2', port: 40_000 });
  assert.deepEqual(
    builder.transcript(1).map(({ text }) => text.split(' ')[0]),
    ['220', 'USER', '331', 'PASS', '230', 'PORT', '200', 'RETR', '150', '226', 'QUIT', '221'],
  );
  const port = builder.timelines(1)[0]?.steps.find(({ text }) => text.startsWith('PORT'));
  assert.deepEqual(port?.hops.map(hopText), ['rewritten PORT 10,1,0,2,200,10 -> PORT 203,0,113,1,200,10']);
  assert.deepEqual(
    builder.timelines(1)[0]?.places.map(({ role, name }) => `${role} ${name}`),
    ['client CLIENT', 'server-device NETWORK (NAT)', 'server SERVER'],
  );
});

test('a data connection is the same one on both sides of NAT', () => {
  const command = bothSides(21, 1_000, 1_000_000);
  for (const pair of [command.inside, command.outside])
    pair.open().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const content = bothSides(50_001, 2_222, command.inside.at);
  for (const pair of [content.inside, content.outside]) pair.open().say('server', 'content').end('server');
  const [timeline] = traced([command.inside, content.inside], [command.outside, content.outside]).timelines(1);
  const open = timeline?.steps.find(({ connection, kind }) => connection === 'data' && kind === 'open');
  assert.deepEqual(open?.hops.map(hopText), ['rewritten from 10.1.0.2:40000 -> from 203.0.113.1:1246']);
  assert.equal(timeline?.conclusion.outcome, 'ok');
});

test('two sessions at once, with the same addresses on one side, each on both sides', () => {
  const one = bothSides(21, 1_000, 1_000_000);
  const other = bothSides(21, 7_777, 1_000_001);
  for (const pair of [one.inside, one.outside]) pair.open().talk(...LOGIN, '> NOOP', '< 200 ok');
  for (const pair of [other.inside, other.outside]) pair.open().talk(...LOGIN, '> PWD', '< 257 "/"');
  const builder = new TraceBuilder();
  for (const name of ['inside', 'outside'] as const)
    for (const pair of [one[name], other[name]]) for (const packet of pair.packets) builder.add({ name }, packet);
  assert.deepEqual(
    builder.sessions().map(({ vantages, lines }) => ({ vantages, lines })),
    [
      { vantages: ['inside', 'outside'], lines: 7 },
      { vantages: ['inside', 'outside'], lines: 7 },
    ],
  );
  assert.ok(builder.transcript(1).some(({ text }) => text === 'NOOP'));
  assert.ok(builder.transcript(2).some(({ text }) => text === 'PWD'));
});

test('a line is found again only where it can be: the same words later are another line', () => {
  const { inside, outside } = bothSides(21, 1_000, 1_000_000);
  const many = Array.from({ length: 30 }, () => ['> NOOP', '< 200 fine']).flat();
  for (const pair of [inside, outside]) pair.open().talk(...LOGIN, ...many);
  // One side begins in the middle.
  outside.packets.splice(0, 40);
  // And the other has missed one.
  inside.packets.splice(50, 1);
  const builder = traced([inside], [outside]);
  assert.equal(builder.sessions().length, 1);
  const lines = builder.transcript(1);
  assert.equal(lines.length, LOGIN.length + many.length);
  assert.deepEqual(
    lines.map(({ at }) => at),
    lines.map(({ at }) => at).toSorted((one, other) => one - other),
  );
});

test('a rewritten line that one side has missed: the numbers after it are shifted by nobody knows how much', () => {
  const { inside, outside } = bothSides(21, 1_000, 1_000_000);
  for (const pair of [inside, outside]) pair.open().talk(...LOGIN);
  inside.talk('> PORT 10,1,0,2,200,10', '< 200 ok', '> RETR a', '< 150 here', '< 226 done');
  outside.talk('> PORT 203,0,113,1,200,10', '< 200 ok', '> RETR a', '< 150 here', '< 226 done');
  for (const [side, other] of [
    [inside, outside],
    [outside, inside],
  ] as const) {
    // The other one has missed more, but not that line.
    const last = other.packets.splice(-2);
    const missed = side.packets.findIndex(({ bytes }) => new TextDecoder().decode(bytes).includes('PORT'));
    const [packet] = side.packets.splice(missed, 1);
    assert.ok(packet);
    assert.equal(traced([inside], [outside]).transcript(1).length, LOGIN.length + 5);
    side.packets.splice(missed, 0, packet);
    other.packets.push(...last);
  }
});

test('two connections at one place are two sessions, though they have the same numbers', () => {
  const builder = new TraceBuilder();
  for (const port of [40_000, 40_001])
    for (const packet of new TcpPair({ host: '10.1.0.2', port }, { host: SERVER, port: 21 }).open().talk(...LOGIN)
      .packets)
      builder.add({ name: 'wire' }, packet);
  assert.equal(builder.sessions().length, 2);
});

test('the same port is negotiated again: each negotiation has its own connection', () => {
  const session = new TcpPair({ host: '198.51.100.2', port: 40_000 }, { host: SERVER, port: 21 }).open().talk(...LOGIN);
  const connections = [0, 1].map((index) => {
    session.talk('> EPSV', '< 229 Extended (|||50001|)');
    const content = new TcpPair(
      { host: '198.51.100.2', port: 41_000 + index },
      { host: SERVER, port: 50_001 },
      { at: session.at, isn: index },
    );
    if (index === 0) content.syn(3);
    else content.open().say('server', 'content').end('server');
    session.at = content.at;
    if (index === 1) session.talk('> RETR a', '< 150 here', '< 226 done');
    return content;
  });
  const builder = new TraceBuilder();
  for (const packet of [session, ...connections].flatMap(({ packets }) => packets).toSorted((a, b) => a.at - b.at))
    builder.add({ name: 'wire' }, packet);
  assert.deepEqual(
    builder.timelines(1).map(({ conclusion }) => conclusion.outcome),
    ['timeout', 'ok'],
  );
  // Without the first connection the second one is still not taken for it.
  const less = new TraceBuilder();
  for (const packet of [session, ...connections.slice(1)]
    .flatMap(({ packets }) => packets)
    .toSorted((a, b) => a.at - b.at))
    less.add({ name: 'wire' }, packet);
  assert.deepEqual(
    less.timelines(1).map(({ steps }) => steps.some(({ connection }) => connection === 'data')),
    [false, true],
  );
});

test('the same ports again are another session', () => {
  const ends = [
    { host: '198.51.100.2', port: 40_000 },
    { host: SERVER, port: 21 },
  ] as const;
  const first = new TcpPair(...ends, { at: 1_000_000, isn: 1 })
    .open()
    .talk(...LOGIN)
    .end('client')
    .end('server');
  const second = new TcpPair(...ends, { at: 2_000_000, isn: 900_000 }).open().talk('< 220 again');
  const builder = new TraceBuilder();
  for (const packet of [...first.packets, ...second.packets]) builder.add({ name: 'wire' }, packet);
  assert.deepEqual(
    builder.sessions().map(({ lines }) => lines),
    [5, 1],
  );
});

test('a reset that came from nearer than the server is not the server’s', () => {
  for (const [ttl, place] of [
    [60, 'SERVER'],
    [63, 'NETWORK (FIREWALL)'],
  ] as const) {
    const ttls = { client: 64, server: 60 };
    const session = new TcpPair({ host: '198.51.100.2', port: 40_000 }, { host: SERVER, port: 21 }, { ttl: ttls })
      .open()
      .talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
    const syn = new TcpPair(
      { host: '198.51.100.2', port: 41_000 },
      { host: SERVER, port: 50_001 },
      { at: session.at, ttl: ttls },
    ).syn();
    const builder = new TraceBuilder();
    for (const packet of [...session.packets, ...syn.packets]) builder.add({ name: 'wire' }, packet);
    builder.add(
      { name: 'wire' },
      captured(syn.at, segment({ from: syn.server, to: syn.client, seq: 0, ack: 1_001, flags: 'R' }, { ttl })),
    );
    const [timeline] = builder.timelines(1);
    const { conclusion, places } = timeline ?? {};
    assert.deepEqual([conclusion?.outcome, places?.[conclusion?.place ?? -1]?.name], ['refused', place]);
  }
});

test('octets that a capture has missed are counted all the same', () => {
  const session = new TcpPair({ host: '198.51.100.2', port: 40_000 }, { host: SERVER, port: 21 })
    .open()
    .talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const content = new TcpPair(
    { host: '198.51.100.2', port: 41_000 },
    { host: SERVER, port: 50_001 },
    { at: session.at },
  ).open();
  for (let count = 0; count < 10; count += 1) content.say('server', 'x'.repeat(100));
  content.packets.splice(5, 3);
  content.end('server');
  const builder = new TraceBuilder();
  for (const packet of [...session.packets, ...content.packets]) builder.add({ name: 'wire' }, packet);
  assert.equal(builder.timelines(1)[0]?.steps.find(({ kind }) => kind === 'content')?.words, '1000 octets');
});

test('what follows a loss inside TLS is not read as text', () => {
  const session = new TcpPair({ host: '198.51.100.2', port: 40_000 }, { host: SERVER, port: 21 })
    .open()
    .talk('< 220 hello', '> AUTH TLS', '< 234 go');
  const record = Uint8Array.of(23, 3, 3, 0, 8, 1, 2, 3, 4, 5, 6, 7, 10);
  for (let count = 0; count < 6; count += 1) session.say('client', record).say('server', record);
  session.packets.splice(8, 1);
  const half = session.packets[9];
  assert.ok(half);
  session.packets[9] = { ...half, bytes: half.bytes.subarray(0, -4) };
  const builder = new TraceBuilder();
  for (const packet of session.packets) builder.add({ name: 'wire' }, packet);
  assert.deepEqual(
    builder.transcript(1).map(({ text }) => text),
    ['220 hello', 'AUTH TLS', '234 go'],
  );
});

/** A line of the control connection: `> ` before what the client sends. */
function say(at: number, text: string): TraceEvent {
  return { kind: 'line', at, direction: text.startsWith('>') ? 'out' : 'in', text: text.slice(2) };
}

test('a program that gave up waiting has its next data connection told apart', () => {
  const source: EventSource = { side: 'client', session: '1' };
  const builder = new TraceBuilder();
  const local = { host: '198.51.100.2', port: 40_000 };
  const dial = (at: number, state: 'offered' | 'opening' | 'open' | 'done', port: number): TraceEvent => ({
    kind: 'data',
    mode: 'passive',
    role: 'dial',
    at,
    state,
    remote: { host: SERVER, port },
  });
  const events: readonly TraceEvent[] = [
    { kind: 'control', at: 1, state: 'open', local, remote: { host: SERVER, port: 21 } },
    say(2, '> EPSV'),
    say(3, '< 229 Extended (|||50001|)'),
    dial(4, 'offered', 50_001),
    dial(5, 'opening', 50_001),
    say(6, '> EPSV'),
    say(7, '< 229 Extended (|||50002|)'),
    dial(8, 'opening', 50_002),
    dial(9, 'open', 50_002),
    dial(10, 'done', 50_002),
  ];
  for (const event of events) builder.addEvent(source, event);
  assert.deepEqual(
    builder.timelines(1).map(({ conclusion }) => conclusion.outcome),
    ['timeout', 'ok'],
  );
});

const PLAIN: Observation = { way: 'EPSV', tls: false, family: 'ipv4', outcome: 'timeout' };
const PLAN = { announced: undefined, active: 20, tls: 'none' } as const;
const NO_NAT = { clientNat: false, serverNat: false };

test('the model is turned round: what explains all that was seen, no more', () => {
  const inference = new Inference();
  const infer = (
    observations: readonly [Observation, ...Observation[]],
    stoppedBy?: 'client' | 'server',
    nat = NO_NAT,
  ): string | undefined => inference.infer({ plan: PLAN, nat, observations, stoppedBy })?.cause;
  assert.equal(infer([PLAIN]), 'RANGE_DROP');
  assert.equal(infer([{ ...PLAIN, tls: true }]), 'RANGE_DROP');
  assert.equal(
    infer([
      { ...PLAIN, tls: true },
      { ...PLAIN, outcome: 'ok' },
    ]),
    'HELPER_TLS',
  );
  assert.equal(
    infer([{ ...PLAIN, way: 'PORT', outcome: '500' }], undefined, { ...NO_NAT, clientNat: true }),
    'ACTIVE_NAT',
  );
  assert.equal(infer([{ ...PLAIN, way: 'PORT', outcome: '500' }]), undefined);
});

test('what else would work is said where every explanation agrees, and where it was stopped tells more', () => {
  const inference = new Inference();
  const also = (stoppedBy: 'client' | 'server' | undefined): readonly string[] =>
    inference.infer({
      plan: PLAN,
      nat: NO_NAT,
      observations: [
        { ...PLAIN, tls: true },
        { ...PLAIN, outcome: 'ok' },
      ],
      stoppedBy,
    })?.also ?? [];
  assert.ok(also('server').includes('the same without TLS would work'));
  assert.ok(also('server').includes('pinholes on the server’s firewall would work'));
  assert.ok(!also('client').includes('pinholes on the server’s firewall would work'));
  assert.ok(!also(undefined).some((words) => words.startsWith('pinholes')));
});

test('a long session: as many lines, and as many data connections, as a day may have', { timeout: 60_000 }, () => {
  const point = { vantage: { name: 'wire' }, key: 'wire', program: false };
  const [client, server] = [
    { host: '10.1.0.2', port: 40_000 },
    { host: SERVER, port: 21 },
  ];
  const control = newFlow(point, client, server, 0);
  const conversation = new Conversation({ maxHeldBytes: 0 });
  control.conversation = conversation;
  const ports = Array.from({ length: 20_000 }, (_, index) => 1_024 + index);
  let at = 0;
  const keep = (towards: 'client' | 'server', text: string): void => {
    at += 1;
    conversation.keep({ at, lastAt: at, towards, text, times: 1 });
  };
  const data = ports.map((port) => {
    keep('server', 'EPSV');
    keep('client', `229 Extended (|||${port}|)`);
    const flow = newFlow(point, { ...client, port }, { ...server, port }, at);
    flow.isn = port;
    flow.syns = 1;
    for (let times = 0; times < 5; times += 1) keep('server', 'NOOP');
    for (let times = 0; times < 5; times += 1) keep('client', '200 fine');
    return flow;
  });
  const [session] = joinSessions([control, ...data], []);
  assert.equal(session?.lines.length, 12 * ports.length);
  assert.deepEqual(
    session.negotiations.map(({ flow }) => flow?.seen.get(point)?.responder.port),
    ports,
  );
});
