import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Accounts, type Credentials, hashPassword, memory } from '@twinport/ftp/server';
import {
  AccountStore,
  GroupStore,
  QuotaLedger,
  type Settings,
  databaseSource,
  sourceAccounts,
} from 'twinport/accounts';
import { type NewDatabase, onBothDatabases, openedDatabase } from './kit/databases.js';

/** Cheap to check. The password is `secret`. */
const CHEAP = '$scrypt$ln=1,r=1,p=1$c2FsdHNhbHRzYWx0$epgeT5w7ekrmCKhj2PqldQ';
const NOON = new Date('2026-11-25T12:00:00Z');

interface Opened {
  readonly store: AccountStore;
  readonly groups: GroupStore;
  readonly accounts: Accounts;
  readonly login: (user: string, password?: string, more?: Partial<Credentials>) => Promise<string | undefined>;
}

async function opened(t: TestContext, newDatabase: NewDatabase): Promise<Opened> {
  const database = await openedDatabase(t, await newDatabase(t));
  const accounts = sourceAccounts({
    sources: [databaseSource(database)],
    clock: () => NOON,
    accountOf: ({ name, settings }) =>
      Promise.resolve({ name: `${name} in ${settings.directory ?? '-'}`, permissions: new Set(), storage: memory() }),
  });
  const login: Opened['login'] = async (user, password = 'secret', more = {}) => {
    const credentials = { user, password, remoteAddress: '192.0.2.1', secure: false, ...more };
    return (await accounts.login(credentials))?.name;
  };
  return { store: new AccountStore(database), groups: new GroupStore(database), accounts, login };
}

const account = (name: string, settings: Settings = {}) => ({ name, password: CHEAP, disabled: false, settings });

const withNetwork = (settings: Settings, number: number): Settings => ({
  ...settings,
  networks: [...(settings.networks ?? []), `192.0.2.${number}`],
});

onBothDatabases('accounts', (newDatabase) => {
  test('an account logs in with its password, and nobody else does', async (t) => {
    const { store, login } = await opened(t, newDatabase);
    await store.add(account('ann', { directory: '/srv/ann' }));
    await store.add({ ...account('Ann'), password: await hashPassword('other') });
    assert.equal(await login('ann'), 'ann in /srv/ann');
    assert.equal(await login('Ann', 'other'), 'Ann in -');
    const wrong = [
      ['ann', 'wrong'],
      ['ann', ''],
      ['Ann', 'secret'],
      ['bob', 'secret'],
      ['', 'secret'],
      ["ann' or '1'='1", 'secret'],
      ['ann\0', 'secret'],
      ['an%', 'secret'],
    ];
    for (const [user = '', password = ''] of wrong) assert.equal(await login(user, password), undefined, user);
  });

  test('names that are not UTF-8 are not taken for one another', async (t) => {
    const { store, login } = await opened(t, newDatabase);
    await store.add(account('\ufffd'));
    assert.equal(await login('\ufffd'), '\ufffd in -');
    assert.equal(await login('\udce4'), undefined);
    await assert.rejects(store.add(account('\udce4')), /cannot be the name/);
  });

  test('disabled, or without a password, it does not; enabled again it does', async (t) => {
    const { store, login } = await opened(t, newDatabase);
    await store.add({ ...account('ann'), disabled: true });
    await store.add({ name: 'cert', disabled: false, settings: {} });
    assert.equal(await login('ann'), undefined);
    assert.equal(await login('cert', ''), undefined);
    await store.change('ann', (each) => ({ ...each, disabled: false }));
    assert.equal(await login('ann'), 'ann in -');
  });

  test('where, when and how it may log in', async (t) => {
    const { store, login } = await opened(t, newDatabase);
    const cases: readonly (readonly [settings: Settings, lets: boolean, more?: Partial<Credentials>])[] = [
      [{ networks: ['192.0.2.0/24'] }, true],
      [{ networks: ['198.51.100.0/24'] }, false],
      [{ networks: [] }, false],
      [{ deniedNetworks: ['192.0.2.1'] }, false],
      [{ networks: ['192.0.2.0/24'], deniedNetworks: ['192.0.2.1'] }, false],
      [{ hours: ['Wed 08:00-18:00 UTC'] }, true],
      [{ hours: ['Wed 13:00-18:00 UTC'] }, false],
      [{ expires: '2026-11-26' }, true],
      [{ expires: '2026-11-25' }, false],
      [{ expires: '2026-11-25T12:00:00Z' }, false],
      [{ tlsRequired: true }, false],
      [{ tlsRequired: true }, true, { secure: true }],
    ];
    for (const [index, [settings, lets, more]] of cases.entries()) {
      await store.add(account(`user${index}`, settings));
      const expected = lets ? `user${index} in -` : undefined;
      assert.equal(await login(`user${index}`, 'secret', more), expected, JSON.stringify(settings));
    }
  });

  test('what an account does not say, its group says', async (t) => {
    const { store, groups, login } = await opened(t, newDatabase);
    await assert.rejects(store.add({ ...account('ann'), group: 'staff' }), /no group staff: twinport group add staff/);
    await groups.add({ name: 'staff', settings: { directory: '/srv/staff', tlsRequired: true } });
    await store.add({ ...account('ann', { tlsRequired: false }), group: 'staff' });
    await store.add({ ...account('bob', { directory: '/home/bob' }), group: 'staff' });
    assert.equal(await login('ann'), 'ann in /srv/staff');
    assert.equal(await login('bob'), undefined);
    assert.equal(await login('bob', 'secret', { secure: true }), 'bob in /home/bob');
    await groups.change('staff', () => ({ directory: '/srv/other' }));
    assert.equal(await login('ann'), 'ann in /srv/other');
    assert.deepEqual((await store.get('ann')).settings, { tlsRequired: false });
    await assert.rejects(groups.remove('staff'), /account \w+ is in the group staff/);
    for (const name of ['ann', 'bob']) await store.remove(name);
    await groups.remove('staff');
    assert.deepEqual(await groups.list(), []);
  });

  test('changes made at once are all kept', async (t) => {
    const { store, groups } = await opened(t, newDatabase);
    await store.add(account('ann'));
    await groups.add({ name: 'staff', settings: {} });
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all([
      ...numbers.map((number) =>
        store.change('ann', (each) => ({ ...each, settings: withNetwork(each.settings, number) })),
      ),
      ...numbers.map((number) => groups.change('staff', (settings) => withNetwork(settings, number))),
    ]);
    for (const { settings } of [await store.get('ann'), await groups.get('staff')])
      assert.equal(new Set(settings.networks).size, 20);
  });

  test('nothing that cannot be is stored, and what is wrong is named', async (t) => {
    const { store, groups } = await opened(t, newDatabase);
    const bad: readonly (readonly [Settings, RegExp])[] = [
      [{ networks: ['10.0.0.0/33'] }, /^ann: networks\.0 "10\.0\.0\.0\/33": is an address or a network/],
      [{ hours: ['9-5'] }, /^ann: hours\.0 "9-5": reads like/],
      [{ expires: 'soon' }, /^ann: expires "soon": is a date/],
      [{ expires: '2026-13-01' }, /^ann: expires "2026-13-01": is no date/],
      [{ quotaBytes: -1 }, /^ann: quotaBytes/],
      [{ directory: 'srv' }, /^ann: directory "srv": begins with \//],
      [{ certificates: ['AB'] }, /^ann: certificates\.0/],
      [{ nothing: 1 } as Settings, /^ann: nothing/],
    ];
    for (const [settings, message] of bad) await assert.rejects(store.add(account('ann', settings)), { message });
    for (const name of ['', '.', '..', 'a/b', 'a\\b', ' a', 'a\n', 'x'.repeat(256)])
      await assert.rejects(store.add(account(name)), /cannot be the name/, name);
    await store.add(account('ann'));
    await assert.rejects(store.add(account('ann')), /account ann already: twinport user set ann/);
    await assert.rejects(
      store.change('ann', (each) => ({ ...each, settings: { quotaBytes: -1 } })),
      /quotaBytes/,
    );
    for (const call of [() => store.get('bob'), () => store.remove('bob'), () => store.change('bob', (each) => each)])
      await assert.rejects(call(), /no account "bob": twinport user list/);
    await assert.rejects(groups.get('x'), /no group "x"/);
  });

  test('a list is read as it is asked for, in the order of names', async (t) => {
    const database = await openedDatabase(t, await newDatabase(t));
    const names = Array.from({ length: 1201 }, (_, index) => `${index % 2 ? 'B' : 'ä'}${index}`);
    const rows = names.map((name) => ({ name, password: null, group_name: null, disabled: 0, settings: '{}' }));
    for (let from = 0; from < rows.length; from += 100)
      await database
        .insertInto('accounts')
        .values(rows.slice(from, from + 100))
        .execute();
    const store = new AccountStore(database);
    const listed: string[] = [];
    for await (const { name } of store.list()) listed.push(name);
    assert.deepEqual(
      listed,
      names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    for await (const { name } of store.list()) {
      assert.equal(name, listed[0]);
      break;
    }
  });

  test('a quota is kept exactly however many change it at once, from several connections', async (t) => {
    const url = await newDatabase(t);
    const first = new QuotaLedger(await openedDatabase(t, url));
    const second = new QuotaLedger(await openedDatabase(t, url));
    await first.set('ann', { bytes: 0, files: 0 });
    const quota = { bytes: 700, files: 400 };
    const added = await Promise.all(
      Array.from({ length: 500 }, (_, index) => (index % 2 ? first : second).add('ann', { bytes: 7, files: 1 }, quota)),
    );
    assert.equal(added.filter(Boolean).length, 100);
    assert.deepEqual(await first.usage('ann'), { bytes: 700, files: 100 });
    const freed = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 ? first : second).add('ann', { bytes: -7, files: -1 }, quota),
      ),
    );
    assert.equal(freed.every(Boolean), true);
    assert.deepEqual(await second.usage('ann'), { bytes: 0, files: 0 });
  });

  test('files count as octets do, nothing goes below zero, and what is freed always fits', async (t) => {
    const ledger = new QuotaLedger(await openedDatabase(t, await newDatabase(t)));
    assert.equal(await ledger.usage('ann'), undefined);
    assert.equal(await ledger.add('ann', { bytes: 1, files: 1 }, {}), false);
    await ledger.begin('ann', () => Promise.resolve({ bytes: 6_000_000_000, files: 2 }));
    await ledger.begin('ann', () => Promise.reject(new Error('it has been counted')));
    assert.equal(await ledger.add('ann', { bytes: 0, files: 1 }, { files: 2 }), false);
    assert.equal(await ledger.add('ann', { bytes: 1, files: 0 }, { bytes: 6_000_000_000 }), false);
    assert.equal(await ledger.add('ann', { bytes: -1, files: 0 }, { bytes: 5 }), true);
    assert.equal(await ledger.add('ann', { bytes: 1, files: 1 }, {}), true);
    assert.deepEqual(await ledger.usage('ann'), { bytes: 6_000_000_000, files: 3 });
    assert.equal(await ledger.add('ann', { bytes: -7_000_000_000, files: -9 }, {}), true);
    assert.deepEqual(await ledger.usage('ann'), { bytes: 0, files: 0 });
  });

  test('a removed account is no longer counted', async (t) => {
    const database = await openedDatabase(t, await newDatabase(t));
    const [store, ledger] = [new AccountStore(database), new QuotaLedger(database)];
    await store.add(account('ann'));
    for (const name of ['ann', 'bob']) await ledger.set(name, { bytes: 1, files: 1 });
    await store.remove('ann');
    assert.equal(await ledger.usage('ann'), undefined);
    assert.deepEqual(await ledger.usage('bob'), { bytes: 1, files: 1 });
  });
});
