import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import type { FromWorker } from './messages.js';
import { Outbox } from './outbox.js';

type Happened = Extract<FromWorker, { kind: 'happened' }>;

/** A reader that takes a message only when it is told to. */
function reader(): { outbox: Outbox; messages: Happened[]; read: () => void } {
  const messages: Happened[] = [];
  let resolveSent: (() => void) | undefined;
  const outbox = new Outbox((message) => {
    if (message.kind === 'happened') messages.push(message);
    return new Promise((resolve) => {
      resolveSent = resolve;
    });
  });
  return { outbox, messages, read: () => resolveSent?.() };
}

test('what happens in a turn is one message, in order', async () => {
  const { outbox, messages, read } = reader();
  const server = new EventEmitter();
  outbox.tell(server, 'login');
  outbox.tell(server, 'login');
  server.emit('login', { session: 1 });
  server.emit('transfer', { session: 1 });
  outbox.post({ kind: 'over', session: 1 });
  await nextTurn();
  assert.deepEqual(messages, [
    {
      kind: 'happened',
      happenings: [
        { kind: 'event', name: 'login', event: { session: 1 } },
        { kind: 'over', session: 1 },
      ],
      lost: 0,
    },
  ]);
  read();
  await outbox.flush();
});

test('for a reader that is too slow events are left out and counted, ends of sessions are not', async () => {
  const { outbox, messages, read } = reader();
  const server = new EventEmitter();
  outbox.tell(server, 'connection');
  server.emit('connection', {});
  await nextTurn();
  for (let event = 0; event < 25_000; event += 1) server.emit('connection', {});
  outbox.post({ kind: 'over', session: 7 });
  assert.equal(messages.length, 1);
  read();
  await nextTurn();
  assert.equal(messages[1]?.lost, 15_000);
  assert.equal(messages[1].happenings.length, 10_001);
  assert.deepEqual(messages[1].happenings.at(-1), { kind: 'over', session: 7 });
  read();
  await outbox.flush();
});

test('of what was thrown only the text is told, since the rest may not be clonable', async () => {
  const { outbox, messages, read } = reader();
  const server = new EventEmitter();
  outbox.tell(server, 'warning');
  const cause = new Error('broken', { cause: () => 'a function' });
  server.emit('warning', { cause: () => 'a function' });
  server.emit('warning', { cause });
  await nextTurn();
  const { happenings } = structuredClone(messages[0]) ?? { happenings: [] };
  assert.deepEqual(
    happenings.map((each) => each.kind === 'event' && each.event),
    [{ cause: "() => 'a function'" }, { cause: Object.assign(new Error('broken'), { stack: cause.stack }) }],
  );
  read();
  await outbox.flush();
});
