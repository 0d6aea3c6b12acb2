import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { EventEmitter, once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { type PublicAddress, PublicAddresses, faultOfPublicAddress } from './public-addresses.js';

const DIALLED = '172.18.0.2';

function addressesOf(setting: PublicAddress | undefined): PublicAddresses {
  return new PublicAddresses(setting, { resolveMs: 0, onUnresolved: () => assert.fail('no name is unresolved') });
}

test('without a setting what the client has dialled is announced, and nothing to IPv6 clients', async () => {
  const addresses = addressesOf(undefined);
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), DIALLED);
  assert.equal(await addresses.addressFor('2001:db8::9', '2001:db8::1'), undefined);
});

test('in a table the longest prefix counts, whatever the order, then default', async () => {
  const table = {
    default: '203.0.113.7',
    '10.0.0.0/8': 'dialled',
    '10.1.0.0/16': '10.1.0.1',
    '10.1.2.3': '10.1.2.1',
    '0.0.0.0/0': '198.51.100.1',
    '2001:db8::/32': '192.0.2.64',
  };
  for (const order of [Object.entries(table), Object.entries(table).toReversed()]) {
    const addresses = addressesOf(Object.fromEntries(order));
    for (const [client, announced] of [
      ['10.9.9.9', DIALLED],
      ['10.1.9.9', '10.1.0.1'],
      ['10.1.2.3', '10.1.2.1'],
      ['::ffff:10.1.2.3', '10.1.2.1'],
      ['192.0.2.1', '198.51.100.1'],
      ['2001:db8::9', '192.0.2.64'],
      ['2001:db9::9', '203.0.113.7'],
      ['unknown', '203.0.113.7'],
    ] as const)
      assert.equal(await addresses.addressFor(client, DIALLED), announced, client);
  }
});

test('clients that no network of a table holds are told what they have dialled', async () => {
  const addresses = addressesOf({ '10.0.0.0/8': '10.0.0.1' });
  assert.equal(await addresses.addressFor('192.0.2.1', DIALLED), DIALLED);
});

test('only IPv4 addresses and names can be announced', () => {
  for (const value of ['203.0.113.7', 'dialled', 'localhost', 'ftp.example.com', 'ftp.example.com.', 'a_b.example'])
    assert.equal(faultOfPublicAddress(value), undefined, value);
  for (const value of [
    '',
    '0.0.0.0',
    '192.0.2.1/24',
    '2001:db8::1',
    '256.0.0.1',
    '1.2.3',
    'detect',
    '-a.b',
    'a..b',
    'a b',
    `${'a'.repeat(64)}.b`,
  ])
    assert.notEqual(faultOfPublicAddress(value), undefined, value);
});

/** What names are resolved to from now on; undefined: to nothing. */
function names(t: TestContext, first: string): EventEmitter & { now: string | undefined } {
  const now: string | undefined = first;
  const answers: EventEmitter & { now: string | undefined } = Object.assign(new EventEmitter(), { now });
  t.mock.method(dns, 'lookup', () => {
    answers.emit('asked');
    if (answers.now === undefined)
      return Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    return Promise.resolve({ address: answers.now, family: 4 });
  });
  syncBuiltinESMExports();
  const loop = setInterval(() => {}, 1_000); // the timer under test keeps no process running
  t.after(() => {
    clearInterval(loop);
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return answers;
}

test('names are resolved again; where that fails the last address stays, and is told of', async (t) => {
  const answers = names(t, '192.0.2.1');
  const failures = new EventEmitter<{ failed: [message: string] }>();
  const addresses = new PublicAddresses('ftp.example.com', {
    resolveMs: 1,
    onUnresolved: (message) => failures.emit('failed', message),
  });
  t.after(() => addresses.close());
  await addresses.start();
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.1');
  answers.now = '192.0.2.2';
  await once(answers, 'asked');
  await once(answers, 'asked');
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.2');
  answers.now = undefined;
  assert.deepEqual(await once(failures, 'failed'), [
    'the public address ftp.example.com could not be resolved: 227 names 192.0.2.2',
  ]);
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.2');
});

test('a name that cannot be resolved at start is an error; one that adopts only announces what was dialled until it can', async (t) => {
  const answers = names(t, '192.0.2.1');
  answers.now = undefined;
  const failed: unknown[] = [];
  const addresses = new PublicAddresses(
    { default: 'ftp.example.com' },
    { resolveMs: 60_000, onUnresolved: (message) => failed.push(message) },
  );
  t.after(() => addresses.close());
  await assert.rejects(addresses.start(), { code: 'options' });
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), DIALLED);
  assert.deepEqual(failed, [
    'the public address ftp.example.com could not be resolved: 227 names what each client has dialled',
  ]);
  answers.now = '192.0.2.1';
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.1');
});

test('addresses that come in the place of others keep what names are known to have, and look them up again', async (t) => {
  const answers = names(t, '192.0.2.1');
  const options = { resolveMs: 1, onUnresolved: () => undefined };
  const before = new PublicAddresses('ftp.example.com', options);
  await before.start();
  answers.now = undefined;
  const addresses = new PublicAddresses({ default: 'ftp.example.com' }, options, before);
  t.after(() => addresses.close());
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.1');
  answers.now = '192.0.2.2';
  await once(answers, 'asked');
  await once(answers, 'asked');
  assert.equal(await addresses.addressFor('203.0.113.9', DIALLED), '192.0.2.2');
});
