import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataCommand, hasWorked, modeOf, nextDataCommand, rememberDataPath } from './data-path.js';
import type { DataAttempt } from './errors.js';
import type { DataOptions } from './options.js';
import { type Settings, settingsOf } from './settings.js';

interface World {
  readonly data?: DataOptions;
  readonly ipv6?: boolean;
  readonly reachable?: boolean;
  /** Commands that lead nowhere, so that they time out; all others are refused at once. */
  readonly silent?: readonly DataCommand[];
}

let hosts = 0;

function freshSettings(data: DataOptions = {}): Settings {
  hosts += 1;
  return settingsOf({ host: `host${hosts}.example`, data });
}

/** The order in which ways are tried when none works. */
function order({ data, ipv6 = false, reachable = true, silent = [] }: World, settings = freshSettings(data)): string {
  const attempts: DataAttempt[] = [];
  for (;;) {
    const command = nextDataCommand({ settings, ipv6, reachable, attempts });
    if (!command) return attempts.map((attempt) => attempt.command).join(' ');
    assert.ok(attempts.length < 10, 'a way is tried again and again');
    const timedOut = silent.includes(command);
    attempts.push({ mode: modeOf(command), command, endpoint: undefined, outcome: '', timedOut, milliseconds: 0 });
  }
}

test('each way is tried once, the likeliest first', () => {
  assert.equal(order({}), 'EPSV PASV EPRT PORT');
  assert.equal(order({ ipv6: true }), 'EPSV EPRT');
  assert.equal(order({ reachable: false }), 'EPSV PASV');
  assert.equal(order({ data: { mode: 'passive' } }), 'EPSV PASV');
  assert.equal(order({ data: { mode: 'active' } }), 'EPRT PORT');
  assert.equal(order({ data: { extended: false } }), 'PASV PORT');
  assert.equal(order({ data: { extended: false }, ipv6: true }), 'EPSV EPRT');
});

test('a command that is the only one is tried alone, whatever else is set', () => {
  for (const command of ['EPSV', 'PASV', 'EPRT', 'PORT'] as const) assert.equal(order({ data: { command } }), command);
  assert.equal(order({ data: { command: 'PASV', mode: 'active' } }), 'PASV');
  const settings = freshSettings({ command: 'EPSV' });
  rememberDataPath(settings, 'PASV');
  assert.equal(order({}, settings), 'EPSV');
});

test('where packets are dropped the other mode comes before a second wait', () => {
  assert.equal(order({ silent: ['EPSV', 'PASV'] }), 'EPSV EPRT PORT PASV');
});

test('two waits that lead nowhere are enough', () => {
  const silent = ['EPSV', 'PASV', 'EPRT', 'PORT'] as const;
  assert.equal(order({ silent }), 'EPSV EPRT');
  assert.equal(order({ silent, data: { mode: 'passive' } }), 'EPSV PASV');
  assert.equal(order({ silent, data: { mode: 'active' } }), 'EPRT PORT');
  assert.equal(order({ silent: ['PASV', 'PORT'] }), 'EPSV PASV EPRT PORT');
});

test('what worked with a server is tried first the next time, if it is still allowed', () => {
  const settings = freshSettings();
  assert.equal(hasWorked(settings, 'PORT'), false);
  rememberDataPath(settings, 'PORT');
  assert.equal(hasWorked(settings, 'PORT'), true);
  assert.equal(order({}, settings).split(' ')[0], 'PORT');
  assert.equal(order({ ipv6: true }, settings), 'EPSV EPRT');
  assert.equal(order({}, freshSettings()).split(' ')[0], 'EPSV');
});
