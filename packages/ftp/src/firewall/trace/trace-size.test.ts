// What an attacker may capture, as large as the limits allow. Where time grew with the square of it, these took minutes or hours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignLines } from './align-lines.js';
import { Conversation, type Towards } from './conversation.js';
import { readExchanges } from './exchanges.js';
import { type Flow, newFlow } from './flow.js';
import { joinSessions } from './joined-session.js';
import type { ObservationPoint } from './observation-point.js';

const CLIENT = '198.51.100.2';
const SERVER = '192.0.2.2';
const LINES = 200_000;
const CONNECTIONS = 20_000;

function pointOf(name: string): ObservationPoint {
  return { vantage: { name }, key: name, program: false };
}

function flowTo(port: number, { point = pointOf('wire'), from = 40_000, at = 0 } = {}): Flow {
  return newFlow(point, { host: CLIENT, port: from }, { host: SERVER, port }, at);
}

/** A command connection, and what adds lines of ten octets to it. */
function controlFlow(point = pointOf('wire'), from = 40_000): { readonly flow: Flow; readonly say: Say } {
  const flow = flowTo(21, { point, from });
  const conversation = new Conversation({ maxHeldBytes: 0 });
  flow.conversation = conversation;
  const say: Say = (towards, text, seq) =>
    conversation.keep({ at: 1, lastAt: 1, towards, text, times: 1, seq, end: seq + 10 });
  return { flow, say };
}

type Say = (towards: Towards, text: string, seq: number) => void;

test('commands that nobody replies to, then replies to nothing', () => {
  const point = pointOf('wire');
  const line = (towards: Towards, text: string): Parameters<typeof readExchanges>[0][number] => ({
    towards,
    seen: new Map([[point, { at: 1, lastAt: 1, towards, text, times: 1 }]]),
  });
  const commands = Array.from({ length: LINES }, () => line('server', 'NOOP'));
  const replies = Array.from({ length: LINES }, () => line('client', '150 here'));
  const exchanges = readExchanges([...commands, ...replies, line('server', 'RETR a'), line('client', '226 done')]);
  assert.equal(exchanges[0]?.replies.length, LINES);
  assert.deepEqual(
    exchanges.at(-1)?.replies.map(({ code }) => code),
    [226],
  );
});

test('lines at two places of which none is the same', () => {
  const flows = ['near', 'far'].map((name, side) => {
    const { flow, say } = controlFlow(pointOf(name));
    say('server', 'PORT 1,2,3,4,5,6', 0);
    for (let index = 1; index <= LINES; index += 1) say('server', 'NOOP', index * 1_000 + side * 500);
    return flow;
  });
  assert.equal(alignLines(flows).length, 1 + 2 * LINES);
});

test('sessions that begin alike at one place', () => {
  const flows = Array.from({ length: CONNECTIONS }, (_, index) => {
    const { flow, say } = controlFlow(pointOf('wire'), index);
    flow.isn = index;
    for (const text of ['220 hello', '331 more', '230 in']) say('client', text, 0);
    return flow;
  });
  assert.equal(joinSessions(flows, []).length, CONNECTIONS);
});

test('data connections that belong to none of the sessions between the same hosts', () => {
  const controls = Array.from({ length: CONNECTIONS / 2 }, (_, index) => {
    const { flow } = controlFlow(pointOf('wire'), index);
    flow.isn = index;
    flow.firstAt = 2;
    if (flow.conversation) flow.conversation.encrypted = true;
    return flow;
  });
  const data = Array.from({ length: CONNECTIONS / 2 }, (_, index) => {
    const flow = flowTo(1_024 + index, { at: 1 });
    flow.isn = CONNECTIONS + index;
    flow.syns = 1;
    return flow;
  });
  const sessions = joinSessions([...controls, ...data], []);
  assert.equal(sessions.length, CONNECTIONS / 2);
  assert.ok(sessions.every(({ negotiations }) => negotiations.length === 0));
});

test('data connections to one port that is negotiated again and again', () => {
  const { flow: control, say } = controlFlow();
  control.isn = 0;
  const data = Array.from({ length: CONNECTIONS }, (_, index) => {
    say('server', 'EPSV', 20 * index);
    say('client', '229 Extended (|||50000|)', 20 * index);
    const flow = flowTo(50_000, { from: index, at: -1_000 });
    flow.isn = index;
    flow.syns = 1;
    return flow;
  });
  const [session] = joinSessions([control, ...data], []);
  assert.equal(session?.negotiations.length, CONNECTIONS);
});

test('connections at two places whose beginning was not captured', () => {
  const { flow: control } = controlFlow();
  const data = Array.from({ length: CONNECTIONS }, (_, index) => {
    const flow = flowTo(50_000, { from: index, point: pointOf(index % 2 === 0 ? 'near' : 'far') });
    for (const sent of [flow.fromInitiator, flow.fromResponder])
      Object.assign(sent, { first: index * 1_000, next: index * 1_000 + 10, bytes: 10 });
    return flow;
  });
  const far = controlFlow(pointOf('far'));
  const near = controlFlow(pointOf('near'));
  assert.ok(joinSessions([control, far.flow, near.flow, ...data], []).length > 0);
});
