import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AdministrationFault, openDatabase } from 'twinport/accounts';
import { onBothDatabases, openedDatabase } from './kit/databases.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OPEN = `
import { openDatabase } from 'twinport/accounts';
await openDatabase(process.argv[2], { create: true }).then((database) => database.destroy()); // loads all that is needed
process.stdin.once('data', async () => {
  const database = await openDatabase(process.argv[1], { create: true });
  await database.insertInto('groups').values({ name: String(process.pid), settings: '{}' }).execute();
  await database.destroy();
  process.exit();
});
process.stdout.write('ready');`;

/** Ends as it ends when `go` is called. */
async function waiting(t: TestContext, urls: readonly string[]): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', OPEN, ...urls], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return async () => {
    child.stdin.write('go');
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  };
}

onBothDatabases('database', (newDatabase) => {
  test('processes that open a new database at once make its tables once', async (t) => {
    const url = await newDatabase(t);
    const other = await newDatabase(t);
    const processes = await Promise.all(Array.from({ length: 6 }, () => waiting(t, [url, other])));
    assert.deepEqual(await Promise.all(processes.map((go) => go())), [0, 0, 0, 0, 0, 0]);
    const database = await openedDatabase(t, url);
    assert.equal((await database.selectFrom('groups').selectAll().execute()).length, 6);
  });

  test('what is in it is there when it is opened again', async (t) => {
    const url = await newDatabase(t);
    const first = await openDatabase(url, { create: true });
    const account = { name: 'ann', password: null, group_name: null, disabled: 0, settings: '{}' };
    await first.insertInto('accounts').values(account).execute();
    await first.insertInto('usage').values({ account: 'ann', bytes: 5_000_000_000, files: 3 }).execute();
    await first.destroy();
    const second = await openedDatabase(t, url);
    assert.deepEqual(await second.selectFrom('accounts').selectAll().execute(), [account]);
    assert.deepEqual(await second.selectFrom('usage').select('bytes').execute(), [{ bytes: 5_000_000_000 }]);
  });

  test('an account is in a group that there is', async (t) => {
    const database = await openedDatabase(t, await newDatabase(t));
    const row = { name: 'ann', password: null, group_name: null, disabled: 0, settings: '{}' };
    await assert.rejects(
      database
        .insertInto('accounts')
        .values({ ...row, group_name: 'staff' })
        .execute(),
    );
  });

  test('tables of a later version are left alone', async (t) => {
    const url = await newDatabase(t);
    const database = await openedDatabase(t, url);
    await database
      .withTables<{ migrations: { version: number } }>()
      .insertInto('migrations')
      .values({ version: 99 })
      .execute();
    await assert.rejects(openDatabase(url, { create: true }), /version 99 of the tables.*install a newer one/);
  });
});

test('a file is for its owner alone, and made only when that is wanted', async (t) => {
  const file = join(await temporaryFolder(t), 'accounts.db');
  await assert.rejects(openDatabase(`sqlite:${file}`, { create: false }), /no such file: twinport user add NAME/);
  await openedDatabase(t, `sqlite:${file}`);
  for (const each of [file, `${file}-wal`]) assert.equal(statSync(each).mode & 0o777, 0o600, each);
});

test('what cannot be opened is said, with what to do and without passwords', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'text.db'), 'no database, but a text that is longer than the header of one'.repeat(99));
  mkdirSync(join(folder, 'a.db'));
  const cases: readonly (readonly [url: string, message: RegExp])[] = [
    ['accounts.db', /accounts\.db is no database: give sqlite:FILE, or postgres:/],
    ['mysql://ann:secret@h/d', /mysql:\/\/\*\*\*@h\/d is no database/],
    [`sqlite:${folder}/none/x.db`, /its folder is not there/],
    [`sqlite:${folder}/a.db`, /cannot be opened: .*EISDIR/],
    [`sqlite:${folder}/text.db`, /text\.db cannot be used: .*not a database/],
    ['postgres://ann:secret@127.0.0.1:1/d', /postgres:\/\/\*\*\*@127\.0\.0\.1:1\/d cannot be used: .*ECONNREFUSED/],
    ['postgres:///d?host=/nowhere&user=ann&password=secret', /password=\*\*\* cannot be used: .*ENOENT/],
  ];
  for (const [url, message] of cases) {
    await assert.rejects(openDatabase(url, { create: true }), (error) => {
      assert(error instanceof AdministrationFault, url);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});
