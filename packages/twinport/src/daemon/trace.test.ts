import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionEvent } from '@twinport/ftp/server';
import { traceLine } from './trace.js';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const server = { host: '192.0.2.1', port: 21 };
const client = { host: '2001:db8::2', port: 50_000 };

const line = (direction: 'in' | 'out'): ConnectionEvent => ({ kind: 'line', at, direction, text: 'NOOP' });

/** The same step, as either side tells of it. */
function bothSides(make: (ends: { local: typeof server; remote: typeof server }) => ConnectionEvent): string[] {
  return [
    traceLine({ ...make({ local: server, remote: client }), session: 7 }, 'server'),
    traceLine({ ...make({ local: client, remote: server }), connection: 7 }, 'client'),
  ];
}

test('a connection is drawn the same from either side', () => {
  const control = bothSides((ends) => ({ kind: 'control', at, state: 'open', ...ends }));
  const text = '03:04:05.678 #7 CONTROL  client [2001:db8::2]:50000 ==> server 192.0.2.1:21  open';
  assert.deepEqual(control, [text, text]);
});

test('a data connection has its arrow from who dials to who listens, whichever side tells', () => {
  for (const [mode, arrow] of [
    ['passive', 'client [2001:db8::2]:50000 ==> server 192.0.2.1:21'],
    ['active', 'server 192.0.2.1:21 ==> client [2001:db8::2]:50000'],
  ] as const) {
    const lines = bothSides((ends) => ({
      kind: 'data',
      at,
      state: 'failed',
      mode,
      side: ends.local === server ? 'server' : 'client',
      role: 'listen',
      reason: 'nobody came',
      ...ends,
    }));
    const text = `03:04:05.678 #7 DATA     ${mode.padEnd(7)} ${arrow}  failed (nobody came)`;
    assert.deepEqual(lines, [text, text]);
  }
});

test('what a peer has said in a reason moves no cursor', () => {
  const ends = { local: client, remote: server };
  const data = { kind: 'data', at, state: 'failed', mode: 'passive', side: 'client', role: 'dial', ...ends } as const;
  const text = traceLine({ ...data, reason: '550 \u001b[2J', connection: 1 }, 'client');
  assert.match(text, /\(550 \\u\{1b\}\[2J\)$/);
});

test('commands point right and replies left: in is towards the side that tells', () => {
  assert.match(traceLine({ ...line('in'), session: 1 }, 'server'), /--> NOOP$/);
  assert.match(traceLine({ ...line('out'), connection: 1 }, 'client'), /--> NOOP$/);
  assert.match(traceLine({ ...line('in'), connection: 1 }, 'client'), /<-- NOOP$/);
});
