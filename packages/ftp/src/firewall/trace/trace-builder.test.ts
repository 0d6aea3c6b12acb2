import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Timeline } from '../rules/index.js';
import { CaptureReader } from './capture-reader.js';
import { TcpPair, captured, ethernet, ip, join, long, pcap, segment, tcp } from './packet-writer.test.js';
import { TraceBuilder } from './trace-builder.js';
import type { EventSource, TraceEvent } from './trace-event.js';

const CLIENT = '198.51.100.2';
const SERVER = '192.0.2.2';

function at(host: string, port: number): { readonly host: string; readonly port: number } {
  return { host, port };
}

function control(port = 21, start = 1_000_000): TcpPair {
  return new TcpPair(at(CLIENT, 40_000), at(SERVER, port), { at: start }).open();
}

function data(port: number, start: number): TcpPair {
  return new TcpPair(at(CLIENT, 50_000 + (port % 1000)), at(SERVER, port), { at: start, isn: port, answer: port * 2 });
}

function built(...pairs: readonly TcpPair[]): TraceBuilder {
  const builder = new TraceBuilder();
  const packets = pairs.flatMap((pair) => pair.packets).toSorted((one, other) => one.at - other.at);
  for (const packet of packets) builder.add({ name: 'wire' }, packet);
  return builder;
}

function conclusions(builder: TraceBuilder, session = 1): readonly string[] {
  return builder
    .timelines(session)
    .map(
      ({ command, conclusion: { outcome, cause } }) => `${command} ${outcome}${cause === undefined ? '' : ` ${cause}`}`,
    );
}

function only(builder: TraceBuilder): Timeline {
  const [timeline] = builder.timelines(1);
  assert.ok(timeline);
  return timeline;
}

const LOGIN = ['< 220 hello', '> USER ann', '< 331 more', '> PASS secret', '< 230 in'] as const;
const BEGUN = 1_000_000;

test('a session is found by its greeting at any port; mail is not', () => {
  const ftp = control(2_345).talk(...LOGIN);
  const mail = control(2_525).talk('< 220 mail', '> EHLO me', '< 250 ok');
  const web = control(8_080).talk('> GET / HTTP/1.1', '< HTTP/1.1 200 OK');
  const builder = built(ftp, mail, web);
  assert.deepEqual(
    builder.sessions().map(({ server, user, lines }) => ({ port: server.port, user, lines })),
    [{ port: 2_345, user: 'ann', lines: 5 }],
  );
  assert.deepEqual(
    builder.transcript(1).map(({ text }) => text),
    ['220 hello', 'USER ann', '331 more', 'PASS ***', '230 in'],
  );
});

test('each way of negotiating is joined with its data connection', () => {
  const session = control().talk(...LOGIN, '> PASV', '< 227 Entering Passive Mode (192,0,2,2,195,80)');
  const first = data(50_000, session.at).open();
  session.at = first.at;
  session.talk('> RETR a', '< 150 here');
  first.at = session.at;
  first.say('server', 'content').end('server').end('client');
  session.at = first.at;
  session.talk('< 226 done', '> EPSV', '< 229 Extended (|||50001|)');
  const second = data(50_001, session.at).syn(3);
  session.at = second.at;
  session.talk('> PORT 198,51,100,2,200,10', '< 200 ok', '> LIST', '< 425 cannot');
  session.talk('> EPRT |1|198.51.100.2|51211|', '< 522 no');
  const builder = built(session, first, second);
  assert.deepEqual(conclusions(builder), [
    'PASV ok',
    'EPSV timeout RANGE_DROP',
    'PORT 425 ACTIVE_DROP',
    'EPRT unavailable FAMILY_522',
  ]);
  const [, , active] = builder.timelines(1);
  assert.ok(
    active?.steps.some(({ kind, connection, arrived }) => kind === 'open' && connection === 'data' && !arrived),
  );
});

test('replies are found again after some were lost', () => {
  const session = control().talk(...LOGIN, '> SIZE a');
  const lost = session.packets.length;
  session.talk('< 213 8', '> EPSV');
  const kept = session.packets.slice();
  session.talk('< 229 Extended (|||50001|)', '> RETR a', '< 150 here', '< 226 done');
  const builder = new TraceBuilder();
  for (const packet of session.packets) if (packet !== kept[lost]) builder.add({ name: 'wire' }, packet);
  assert.deepEqual(conclusions(builder), ['EPSV ok']);
});

test('what may be the rest of a password is left out, and said to be', () => {
  const rest = new TcpPair(at(CLIENT, 40_000), at(SERVER, 21)).talk('> secret', '< 230 in', '> EPSV');
  const builder = built(rest);
  assert.deepEqual(
    builder.transcript(1).map(({ text }) => text),
    ['***', '230 in', 'EPSV'],
  );
  assert.deepEqual(builder.sessions()[0]?.notes, [
    'its beginning was not captured',
    'a line whose beginning was not captured is shown as ***: it may be the rest of a password',
  ]);
});

test('a control connection that is not answered, or refused', () => {
  const silent = new TcpPair(at(CLIENT, 40_000), at(SERVER, 21)).syn(3);
  assert.deepEqual(conclusions(built(silent)), ['EPSV timeout CONTROL_BLOCKED']);
  const refused = new TcpPair(at(CLIENT, 40_000), at(SERVER, 21)).syn().end('server', 'R');
  const builder = built(refused);
  assert.deepEqual(conclusions(builder), ['EPSV refused CONTROL_BLOCKED']);
  assert.equal(only(builder).title, 'the command connection');
});

test('what was captured may end before it tells anything', () => {
  const session = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  assert.deepEqual(conclusions(built(session)), ['EPSV unknown']);
  assert.deepEqual(conclusions(built(session, data(50_001, session.at).syn())), ['EPSV unknown']);
  assert.deepEqual(conclusions(built(session, data(50_001, session.at).open())), ['EPSV unknown']);
});

/** A download whose data connection is open. */
function begin(): { readonly session: TcpPair; readonly content: TcpPair } {
  const session = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const content = data(50_001, session.at).open();
  session.at = content.at;
  return { session: session.talk('> RETR a', '< 150 here'), content: Object.assign(content, { at: session.at + 2 }) };
}

test('a reset in the middle, a stall, and a server that wants TLS sessions resumed', () => {
  const reset = begin();
  reset.content.say('server', 'some').end('client', 'R');
  reset.session.talk('< 426 broken');
  assert.deepEqual(conclusions(built(reset.session, reset.content)), ['EPSV refused DATA_RESET']);
  const stalled = begin();
  for (let time = 0; time < 3; time += 1)
    stalled.content.raw('server', { seq: 100_003, ack: 50_002, payload: new Uint8Array(1_400) });
  assert.deepEqual(conclusions(built(stalled.session, stalled.content)), ['EPSV timeout DATA_STALL_PMTU']);
  const resuming = begin();
  resuming.content.end('server').end('client');
  resuming.session.talk('< 522 SSL connection failed: session reuse required');
  assert.deepEqual(conclusions(built(resuming.session, resuming.content)), ['EPSV refused TLS_REUSE']);
  const missing = begin();
  missing.content.end('server').end('client');
  missing.session.talk('< 550 no such file');
  assert.deepEqual(conclusions(built(missing.session, missing.content)), ['EPSV ok']);
});

test('a command connection that freezes, seen from the server and from the client', () => {
  const session = control().talk(...LOGIN, '> PASV');
  const reply = {
    seq: 5_000 + 1 + '220 hello\r\n331 more\r\n230 in\r\n'.length,
    payload: new TextEncoder().encode('227 Passive (192,0,2,2,195,81)\r\n'),
  };
  const before = session.packets.length;
  for (let time = 0; time < 3; time += 1) session.raw('server', { ...reply, ack: 1_000 });
  assert.deepEqual(conclusions(built(session)), ['PASV timeout HELPER_FREEZE']);
  assert.equal(only(built(session)).steps.at(-1)?.times, 3);
  // The client has its PASV not acknowledged, since the 227 does not come: it sends it again.
  const asked = session.packets[before - 1];
  assert.ok(asked);
  session.packets.splice(before, 3, { ...asked, at: asked.at + 200 });
  assert.deepEqual(conclusions(built(session)), ['PASV timeout HELPER_FREEZE']);
});

test('ICMP says who refuses', () => {
  const session = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const syn = data(50_001, session.at).syn();
  const builder = built(session, syn);
  const about = tcp({ from: syn.client, to: syn.server, seq: 50_001, flags: 'S' });
  const error = join([3, 13, 0, 0], long(0), ip({ from: CLIENT, to: SERVER }, about));
  builder.add(
    { name: 'wire' },
    captured(syn.at, ethernet(ip({ from: '203.0.113.9', to: CLIENT, protocol: 1 }, error))),
  );
  const { conclusion } = only(builder);
  assert.deepEqual([conclusion.outcome, conclusion.cause], ['refused', 'RANGE_REJECT']);
  assert.match(conclusion.why, /“administratively prohibited”, says 203\.0\.113\.9/);
});

test('a firewall that numbers octets anew: the session is known by what is said, and when', () => {
  const inside = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const outside = new TcpPair(at('203.0.113.1', 1_024), at(SERVER, 21), {
    at: BEGUN + 60,
    isn: 77_777,
    answer: 99_999,
  });
  outside.open().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const later = new TcpPair(at('203.0.113.1', 1_025), at(SERVER, 21), { at: BEGUN + 60_000, isn: 1, answer: 2 });
  later.open().talk(...LOGIN);
  const builder = new TraceBuilder();
  for (const packet of inside.packets) builder.add({ name: 'inside', role: 'client' }, packet);
  for (const packet of [...outside.packets, ...later.packets]) builder.add({ name: 'outside', role: 'server' }, packet);
  assert.deepEqual(
    builder.sessions().map(({ vantages, lines }) => ({ vantages, lines })),
    [
      { vantages: ['inside', 'outside'], lines: 7 },
      { vantages: ['outside'], lines: 5 },
    ],
  );
});

test('clocks that differ are set by what both have seen', () => {
  const packets = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)').packets;
  const builder = new TraceBuilder();
  for (const packet of packets) {
    builder.add({ name: 'a', role: 'client' }, packet);
    builder.add({ name: 'b', role: 'server' }, { ...packet, at: packet.at + 3_600_000 });
  }
  const { steps } = only(builder);
  assert.deepEqual(
    steps.map(({ text }) => text.split(' ')[0]),
    ['SYN', 'EPSV', '229'],
  );
  assert.ok(steps.every((step) => (step.at ?? Infinity) < 1_000));
});

const OURS: EventSource = { side: 'client', session: '1' };
const ENDS = { local: at(CLIENT, 40_000), remote: at(SERVER, 21) };

function told(lines: readonly string[], more: readonly TraceEvent[] = []): readonly TraceEvent[] {
  const spoken = lines.map((line, index): TraceEvent => ({
    kind: 'line',
    at: BEGUN + 10 + index,
    direction: line.startsWith('>') ? 'out' : 'in',
    text: line.slice(2),
  }));
  return [{ kind: 'control', at: BEGUN, state: 'open', ...ENDS }, ...spoken, ...more];
}

const PASSIVE = { kind: 'data', mode: 'passive', role: 'dial' } as const;

test('events of our own client alone', () => {
  const failed = told(
    [...LOGIN, '> EPSV', '< 229 Extended (|||50001|)'],
    [
      { ...PASSIVE, at: BEGUN + 100, state: 'offered', remote: at(SERVER, 50_001) },
      { ...PASSIVE, at: BEGUN + 101, state: 'opening', remote: at(SERVER, 50_001) },
      {
        ...PASSIVE,
        at: BEGUN + 9_000,
        state: 'failed',
        remote: at(SERVER, 50_001),
        reason: 'no answer',
        code: 'TIMEOUT',
      },
    ],
  );
  const builder = new TraceBuilder();
  for (const event of failed) builder.addEvent(OURS, event);
  assert.deepEqual(conclusions(builder), ['EPSV timeout RANGE_DROP']);
  assert.deepEqual(
    builder.sessions().map(({ vantages, user }) => ({ vantages, user })),
    [{ vantages: ['Twinport, the client'], user: 'ann' }],
  );
});

test('events tell what TLS hides from a capture of the same session', () => {
  const secure = control()
    .talk('< 220 hello', '> AUTH TLS', '< 234 go')
    .say('client', join([22, 3, 1, 0, 1, 1]))
    .say('server', join([23, 3, 3, 0, 1, 9]));
  const syn = data(50_001, secure.at + 200).syn(3);
  const builder = built(secure, syn);
  assert.equal(only(builder).title, 'passive mode, the command cannot be read, inside TLS');
  for (const event of told(
    ['< 220 hello', '> AUTH TLS', '< 234 go', '> PASV', '< 227 Passive (192,0,2,2,195,81)'],
    [{ ...PASSIVE, at: BEGUN + 200, state: 'opening', remote: at(SERVER, 50_001) }],
  ))
    builder.addEvent(OURS, event);
  assert.equal(builder.sessions().length, 1);
  const timeline = only(builder);
  assert.equal(timeline.title, 'passive mode, PASV, inside TLS');
  assert.equal(timeline.steps.filter(({ connection, times }) => connection === 'data' && times === 3).length, 1);
  assert.deepEqual(conclusions(builder), ['PASV timeout RANGE_DROP']);
});

test('both ends tell of one session', () => {
  const builder = new TraceBuilder();
  const lines = [...LOGIN, '> EPSV', '< 229 Extended (|||50001|)', '> RETR a', '< 150 here', '< 226 done'];
  for (const event of told(lines)) {
    builder.addEvent(OURS, event);
    builder.addEvent({ side: 'server', session: '9' }, mirrored(event));
  }
  assert.deepEqual(
    builder.sessions().map(({ vantages, outcomes }) => ({ vantages, outcomes })),
    [{ vantages: ['Twinport, the client', 'Twinport, the server'], outcomes: ['ok'] }],
  );
});

/** The same as the other end tells of it: who sends receives, who dials is dialled. */
function mirrored(event: TraceEvent, client = ENDS.local): TraceEvent {
  switch (event.kind) {
    case 'control':
      return { ...event, local: ENDS.remote, remote: client };
    case 'line':
      return { ...event, direction: event.direction === 'in' ? 'out' : 'in' };
    case 'data':
      return {
        ...event,
        role: 'listen',
        local: event.remote,
        ...(event.local && { remote: { ...event.local, host: client.host } }),
      };
  }
}

const DOWNLOAD = told(
  [
    '< 220 hello',
    '> AUTH TLS',
    '< 234 go',
    '> EPSV',
    '< 229 Extended (|||50001|)',
    '> RETR a',
    '< 150 ok',
    '< 226 done',
  ],
  [
    { kind: 'control', at: BEGUN + 13, state: 'secured', ...ENDS },
    { ...PASSIVE, at: BEGUN + 15, state: 'opening', remote: at(SERVER, 50_001) },
    { ...PASSIVE, at: BEGUN + 16, state: 'open', local: at(CLIENT, 50_500), remote: at(SERVER, 50_001) },
    { ...PASSIVE, at: BEGUN + 17, state: 'done', local: at(CLIENT, 50_500), remote: at(SERVER, 50_001) },
  ],
);

test('inside TLS both ends tell of one data connection, with NAT between them or without', () => {
  for (const client of [ENDS.local, at('203.0.113.1', 1_024)]) {
    const builder = new TraceBuilder();
    for (const event of DOWNLOAD) {
      builder.addEvent(OURS, event);
      builder.addEvent({ side: 'server', session: '1' }, mirrored(event, client));
    }
    assert.equal(builder.sessions().length, 1);
    assert.deepEqual(conclusions(builder), ['EPSV ok']);
    const opening = only(builder).steps.find(({ connection, kind }) => connection === 'data' && kind === 'open');
    const wanted = client === ENDS.local ? 'passed' : 'rewritten';
    assert.deepEqual(
      opening?.hops.map(({ verdict }) => verdict),
      [wanted],
    );
  }
});

test('whoever listens in vain has seen nothing, though it tells of the end', () => {
  const builder = new TraceBuilder();
  const offered = { ...PASSIVE, role: 'listen', local: at(SERVER, 50_001) } as const;
  const lines = told([...LOGIN, '> EPSV', '< 229 Extended (|||50001|)']);
  for (const event of lines) builder.addEvent({ side: 'server', session: '1' }, mirrored(event));
  for (const event of lines) builder.addEvent(OURS, event);
  builder.addEvent({ side: 'server', session: '1' }, { ...offered, at: BEGUN + 16, state: 'offered' });
  builder.addEvent(OURS, { ...PASSIVE, at: BEGUN + 17, state: 'opening', remote: at(SERVER, 50_001) });
  builder.addEvent(OURS, { ...PASSIVE, at: BEGUN + 900, state: 'failed', reason: 'no answer', code: 'TIMEOUT' });
  builder.addEvent({ side: 'server', session: '1' }, { ...offered, at: BEGUN + 901, state: 'done' });
  const opening = only(builder).steps.find(({ connection }) => connection === 'data');
  assert.deepEqual(conclusions(builder), ['EPSV timeout RANGE_DROP']);
  assert.equal(opening?.arrived, false);
});

test('a reply that the server tells of and the client does not has never arrived', () => {
  const builder = new TraceBuilder();
  const lines = told([...LOGIN, '> PASV', '< 227 Passive (192,0,2,2,195,81)']);
  for (const event of lines) builder.addEvent({ side: 'server', session: '1' }, mirrored(event));
  for (const event of lines.slice(0, -1)) builder.addEvent(OURS, event);
  assert.deepEqual(conclusions(builder), ['PASV timeout HELPER_FREEZE']);
  const { steps, conclusion } = only(builder);
  assert.deepEqual([steps.at(-1)?.arrived, conclusion.step], [false, steps.length]);
});

test('sessions that begin alike at the same time are joined by their ends', () => {
  const builder = new TraceBuilder();
  const sessions = ['NOOP', 'SYST', 'FEAT'].map((verb, index) => {
    const local = at(CLIENT, 40_000 + index);
    const events = told([...LOGIN, `> ${verb}`]);
    return { local, events: events.map((event) => (event.kind === 'control' ? { ...event, local } : event)) };
  });
  for (const { local, events } of sessions)
    for (const event of events) builder.addEvent({ ...OURS, session: `${local.port}` }, event);
  for (const { local, events } of sessions)
    for (const event of events) builder.addEvent({ side: 'server', session: `${local.port}` }, mirrored(event, local));
  assert.deepEqual(
    builder.sessions().map(({ vantages, lines }) => [vantages.length, lines]),
    sessions.map(({ events }) => [2, events.length - 1]),
  );
});

test('a number that opens again is another session, as after a restart; what has no beginning is left out', () => {
  const builder = new TraceBuilder();
  for (const event of told([...LOGIN]).slice(1)) builder.addEvent({ ...OURS, session: '2' }, event);
  for (const later of [0, 60_000])
    for (const event of told([...LOGIN])) builder.addEvent(OURS, { ...event, at: event.at + later });
  assert.deepEqual(
    builder.sessions().map(({ lines }) => lines),
    [LOGIN.length, LOGIN.length],
  );
});

test('limits: of events the first are kept', () => {
  const builder = new TraceBuilder({ limits: { maxConnections: 2, maxTextBytes: 1_000 } });
  for (let session = 0; session < 9; session += 1)
    for (const event of told([...LOGIN])) builder.addEvent({ ...OURS, session: `${session}` }, event);
  assert.equal(builder.sessions().length, 2);
  assert.ok(builder.transcript(2).length < LOGIN.length);
  assert.deepEqual([...builder.notes()].toSorted(), [
    'only the first 1000 octets of commands and replies were kept',
    'only the first 2 connections that events tell of were kept',
  ]);
});

test('frames of a kind that cannot be read are told of', () => {
  const builder = new TraceBuilder();
  builder.add({ name: 'radio' }, captured(1, new Uint8Array(50), { linkType: 105 }));
  assert.deepEqual(builder.notes(), ['radio: frames of link type 105 cannot be read']);
});

test('limits: connections that have nothing to do with FTP go first, and text ends', () => {
  const limits = { maxConnections: 20, maxTextBytes: 5_000 };
  const builder = new TraceBuilder({ limits });
  for (const { packets } of [control().talk(...LOGIN)])
    for (const packet of packets) builder.add({ name: 'a' }, packet);
  for (let port = 1; port < 500; port += 1)
    builder.add(
      { name: 'a' },
      captured(port, segment({ from: at('203.0.113.7', port), to: at(SERVER, 80), seq: port, flags: 'S' })),
    );
  assert.deepEqual(
    builder.sessions().map(({ user }) => user),
    ['ann'],
  );
  assert.deepEqual(builder.notes(), []);
  const wordy = control().talk(...Array.from({ length: 200 }, () => '> NOOP, again and again'));
  const full = new TraceBuilder({ limits });
  for (const packet of wordy.packets) full.add({ name: 'a' }, packet);
  assert.ok(full.transcript(1).length < 60);
  assert.match(full.notes()[0] ?? '', /only the first 5000 octets/);
});

test('interfaces without number are not kept without end', () => {
  const builder = new TraceBuilder();
  const [packet] = control().packets;
  assert.ok(packet);
  const before = heldBytes();
  for (let number = 0; number < 100_000; number += 1) builder.add({ name: 'a' }, { ...packet, interface: number });
  assert.ok(heldBytes() - before < 40 * 1024 * 1024);
});

test('1 GiB of capture, read in pieces, in bounded memory', { timeout: 60_000 }, () => {
  const reader = new CaptureReader();
  const builder = new TraceBuilder();
  const feed = (chunk: Uint8Array): void => {
    for (const packet of reader.push(chunk)) builder.add({ name: 'big' }, packet);
  };
  const session = control().talk(...LOGIN, '> EPSV', '< 229 Extended (|||50001|)');
  const content = data(50_001, session.at).open();
  feed(pcap([...session.packets, ...content.packets].map(({ at: time, bytes }) => ({ at: time, bytes }))));
  const frame = segment({
    from: content.server,
    to: content.client,
    seq: 0,
    ack: 50_002,
    payload: new Uint8Array(60_000),
  });
  const [record, view, seqAt] = recordOf(frame);
  const packets = Math.ceil(1024 ** 3 / record.length);
  const before = heldBytes();
  let most = 0;
  for (let index = 0; index < packets; index += 1) {
    view.setUint32(seqAt, (100_003 + index * 60_000) >>> 0);
    // Not at the ends of packets.
    feed(record.slice(0, 33_333));
    feed(record.slice(33_333));
    if (index % 2_000 === 0) most = Math.max(most, heldBytes() - before);
  }
  assert.ok(most < 4 * 1024 * 1024, `${most} octets were held`);
  assert.equal(reader.end().flaw, undefined);
  const words = only(builder).steps.find(({ kind }) => kind === 'content')?.words;
  assert.equal(words, `${packets * 60_000} octets`);
});

/** The frame as a record of a file, and where in it the sequence number is. */
function recordOf(frame: Uint8Array): readonly [record: Uint8Array, view: DataView, seqAt: number] {
  const record = pcap([{ at: 2_000_000, bytes: frame }]).slice(24);
  return [record, new DataView(record.buffer), 16 + 14 + 20 + 4];
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
