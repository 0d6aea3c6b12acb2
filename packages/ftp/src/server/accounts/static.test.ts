import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory } from '../storage/memory.js';
import { type Credentials, READ_WRITE } from './contract.js';
import { AccountsBusy, hashPassword, parsePasswordHash, PasswordHashFault, verifyPassword } from './password.js';
import { AccountsFault, createAccounts, type StaticUser } from './static.js';

const storage = memory();
/** Cheap to check, so that tests are quick. The password is `secret`. */
const CHEAP = '$scrypt$ln=1,r=1,p=1$c2FsdHNhbHRzYWx0$epgeT5w7ekrmCKhj2PqldQ';

function credentials(user: string, password: string): Credentials {
  return { user, password, remoteAddress: '127.0.0.1', secure: false };
}

test('a password verifies against its hash and no other does', async () => {
  const hash = await hashPassword('pässword');
  assert.match(hash, /^\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword('pässword', hash), true);
  assert.equal(await verifyPassword('password', hash), false);
  assert.equal(await verifyPassword('', hash), false);
  assert.notEqual(await hashPassword('pässword'), hash);
});

test('passwords that are not UTF-8 are told apart', async () => {
  const hash = await hashPassword('\udce4');
  assert.equal(await verifyPassword('\udce4', hash), true);
  assert.equal(await verifyPassword('\udce5', hash), false);
  assert.equal(await verifyPassword('\ufffd', hash), false);
});

test('a malformed or too costly hash is refused', async () => {
  const salt = 'c2FsdHNhbHRzYWx0';
  const bad = [
    '',
    'secret',
    '$2b$10$abcdefghijklmnopqrstuv',
    `$scrypt$ln=0,r=8,p=1$${salt}$${'A'.repeat(43)}`,
    `$scrypt$ln=21,r=1,p=1$${salt}$${'A'.repeat(43)}`,
    `$scrypt$ln=20,r=8,p=1$${salt}$${'A'.repeat(43)}`,
    `$scrypt$ln=14,r=0,p=1$${salt}$${'A'.repeat(43)}`,
    `$scrypt$ln=14,r=8,p=17$${salt}$${'A'.repeat(43)}`,
    `$scrypt$ln=14,r=8,p=1$${salt}$`,
    `$scrypt$ln=14,r=8,p=1$${salt}$AAAA`,
    `$scrypt$ln=14,r=8,p=1$AAAA$${'A'.repeat(43)}`,
    `$scrypt$ln=14,r=8,p=1$${salt}$${'A'.repeat(200)}`,
    `$scrypt$ln=14,r=8,p=1$${salt}$${'A'.repeat(43)}\n`,
  ];
  for (const hash of bad) {
    assert.throws(() => parsePasswordHash(hash), PasswordHashFault, hash);
    await assert.rejects(verifyPassword('x', hash), PasswordHashFault, hash);
  }
});

test('when too many passwords wait, the next is turned away and the others are served', async () => {
  const results = await Promise.allSettled(Array.from({ length: 300 }, () => verifyPassword('secret', CHEAP)));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 300 - 2 - 256);
  for (const { reason } of refused) assert(reason instanceof AccountsBusy);
  assert.equal(results.filter((result) => result.status === 'fulfilled' && result.value).length, 258);
  assert.equal(await verifyPassword('secret', CHEAP), true);
});

test('users log in with their own password, permissions and storage', async () => {
  const own = memory();
  const accounts = createAccounts({
    storage,
    users: [
      { name: 'ann', password: 'a' },
      { name: 'bob', passwordHash: CHEAP, permissions: 'read-only', storage: own },
    ],
  });
  const ann = await accounts.login(credentials('ann', 'a'));
  assert.deepEqual([ann?.name, [...(ann?.permissions ?? [])]], ['ann', [...READ_WRITE]]);
  assert.equal(ann?.storage, storage);
  const bob = await accounts.login(credentials('bob', 'secret'));
  assert.deepEqual([...(bob?.permissions ?? [])], ['list', 'read']);
  assert.equal(bob?.storage, own);
  for (const [user, password] of [
    ['ann', ''],
    ['ann', 'secret'],
    ['bob', 'a'],
    ['eve', 'a'],
    ['', ''],
    ['anonymous', 'e@x'],
    ['ANN', 'a'],
  ]) {
    assert.equal(await accounts.login(credentials(user ?? '', password ?? '')), undefined, user);
  }
});

test('anonymous users are read-only, under both names, with any password', async () => {
  const own = memory();
  const accounts = createAccounts({ storage, anonymous: { storage: own } });
  for (const user of ['anonymous', 'ftp', 'Anonymous']) {
    assert.equal(accounts.isAnonymous?.(user), true);
    const account = await accounts.login(credentials(user, ''));
    assert.deepEqual([account?.name, [...(account?.permissions ?? [])]], ['anonymous', ['list', 'read']]);
    assert.equal(account?.storage, own);
  }
  assert.equal(accounts.isAnonymous?.('ann'), false);
  assert.equal(createAccounts({ storage }).isAnonymous?.('ftp'), false);
});

test('a list of users with a mistake is refused at once', () => {
  const ann: StaticUser = { name: 'ann', password: 'a' };
  const lists: readonly StaticUser[][] = [
    [{ name: 'ann' }],
    [{ name: 'ann', password: '' }],
    [{ name: '', password: 'a' }],
    [{ ...ann, passwordHash: CHEAP }],
    [ann, ann],
    [{ name: 'ftp', password: 'a' }],
  ];
  for (const users of lists) assert.throws(() => createAccounts({ users, storage, anonymous: true }), AccountsFault);
  assert.throws(() => createAccounts({ users: [{ name: 'ann', passwordHash: 'x' }], storage }), AccountsFault);
});
