import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CliProcess, MAIN } from './kit/cli-process.js';
import { Command } from './kit/command.js';
import { missing } from './kit/peers.js';
import { RawClient } from './kit/raw-client.js';
import { runProgram } from './kit/run-program.js';
import { ServeProcess } from './kit/serve-process.js';

const SECRET = 'not-to-be-seen';
const DATABASE = ['--database', 'sqlite:accounts.db'];
const TERMINAL = fileURLToPath(new URL('../kit/terminal.py', import.meta.url));

test('an account is made, shown, changed, listed and removed', async (t) => {
  const twinport = await Command.in(t);
  const done = (args: readonly string[], input?: string): string => twinport.done([...args, ...DATABASE], input);
  assert.equal(done(['group', 'add', 'staff', '--quota', '2G', '--require-tls']), 'added staff\n');
  assert.equal(
    done(['user', 'add', 'ann', '--group', 'staff', '--directory', 'ann', '--password-stdin'], `${SECRET}\n`),
    'added ann\n',
  );
  const shown = done(['user', 'show', 'ann']);
  assert.match(shown, /^name = "ann"\ngroup = "staff"\ndisabled = false\npassword = "scrypt"\n/);
  assert.match(shown, /^quotaBytes = 2147483648$/m);
  assert.match(shown, /^ofGroup = \[ "quotaBytes", "tlsRequired" \]$/m);
  assert.ok(!shown.includes(SECRET) && !shown.includes('ln='), 'no password and no hash is shown');
  done(['user', 'set', 'ann', '--quota', '1000', '--network', '10.0.0.0/8', '--network', '::1', '--unset', 'group']);
  assert.deepEqual(JSON.parse(done(['user', 'show', 'ann', '--json'])), {
    name: 'ann',
    disabled: false,
    password: 'scrypt',
    directory: join(twinport.folder, 'ann'),
    quotaBytes: 1000,
    networks: ['10.0.0.0/8', '::1'],
  });
  assert.equal(done(['user', 'disable', 'ann']), 'disabled ann\n');
  assert.match(done(['user', 'list']), /^disabled {2}ann {2}- {2}.*ann\n$/);
  assert.deepEqual(JSON.parse(done(['user', 'enable', 'ann', '--json'])), { enabled: ['ann'] });
  const [line = ''] = done(['user', 'list', '--jsonl']).split('\n');
  assert.equal(JSON.parse(line).name, 'ann');
  assert.equal(JSON.parse(done(['user', 'list', '--json'])).accounts.length, 1);
  assert.equal(done(['user', 'rm', 'ann']), 'removed ann\n');
  assert.equal(done(['user', 'list']), '');
  assert.equal(done(['group', 'rm', 'staff']), 'removed staff\n');
});

test('what cannot be done is said in one line, with what to do', async (t) => {
  const twinport = await Command.in(t);
  const refused = (args: readonly string[], message: RegExp, input?: string): void =>
    twinport.refused([...args, ...DATABASE], message, input);
  refused(['user', 'list'], /no such file: twinport user add NAME makes it/);
  assert.equal(existsSync(join(twinport.folder, 'accounts.db')), false);
  refused(['user', 'add', 'ann'], /no terminal to ask on, so give --password-stdin/);
  refused(['user', 'add', 'ann', '--password-stdin'], /no password in its first line/);
  refused(['user', 'add', 'ann', '--password-stdin', '--group', 'x'], /twinport group add x/, SECRET);
  twinport.done(['user', 'add', 'ann', '--password-stdin', ...DATABASE], SECRET);
  refused(['user', 'add', 'ann', '--password-stdin'], /twinport user set ann/, SECRET);
  refused(['user', 'show', 'bob'], /no account "bob": twinport user list/);
  refused(['user', 'set', 'ann', '--hours', '9-5'], /hours\.0 "9-5": reads like 08:00/);
  refused(['user', 'set', 'ann', '--unset', 'x'], /there are group, directory,/);
  refused(['user', 'set', 'ann', '--permissions', 'lsit'], /read-only, read-write, or some of list,/);
  refused(['user', 'rm', 'ann', 'bob'], /no account "bob"/);
  assert.match(twinport.done(['user', 'list', ...DATABASE]), /ann/, 'ann was not removed without bob');
  twinport.refused(['user', 'list'], /twinport\.toml/);
});

test('a password is typed twice, unseen', { skip: missing('python3') }, async (t) => {
  const twinport = await Command.in(t);
  const typed = async (first: string, second: string): Promise<{ shown: string; code: number }> => {
    const job = {
      argv: [process.execPath, MAIN, 'user', 'add', 'ann', '--database', `sqlite:${twinport.folder}/accounts.db`],
      env: {},
      steps: [
        ['Password for ann: ', `${first}\r`],
        ['The same again: ', `${second}\r`],
      ],
    };
    return JSON.parse((await runProgram('python3', [TERMINAL, JSON.stringify(job)])).toString());
  };
  const differing = await typed(SECRET, 'else');
  assert.equal(differing.code, 2);
  assert.match(differing.shown, /the two passwords differ, and nothing was changed/);
  const same = await typed(SECRET, SECRET);
  assert.equal(same.code, 0, same.shown);
  assert.ok(!same.shown.includes(SECRET));
  assert.match(twinport.done(['user', 'list', ...DATABASE]), /ann/);
});

test('what an account has stored is counted anew', async (t) => {
  const twinport = await Command.in(t);
  twinport.done(['user', 'add', 'ann', '--directory', '{name}', '--password-stdin', ...DATABASE], SECRET);
  mkdirSync(join(twinport.folder, 'ann', 'deep'), { recursive: true });
  writeFileSync(join(twinport.folder, 'ann', 'a'), 'x'.repeat(1000));
  writeFileSync(join(twinport.folder, 'ann', 'deep', 'b'), 'x'.repeat(24));
  symlinkSync(twinport.folder, join(twinport.folder, 'ann', 'out'));
  assert.equal(twinport.done(['user', 'recount', 'ann', ...DATABASE]), 'ann  1.0 KiB in 2 files\n');
  const { stored } = JSON.parse(twinport.done(['user', 'show', 'ann', '--json', ...DATABASE]));
  assert.deepEqual(stored, { bytes: 1024, files: 2 });
});

test('accounts of Pure-FTPd come along, and what does not is said', async (t) => {
  const twinport = await Command.in(t);
  const file = join(twinport.folder, 'pureftpd.passwd');
  writeFileSync(
    file,
    'ann:$1$saltsalt$JuLe1nEZL3b8Xr5YCXO7u1:1:1::/srv/ann/./::::::::::office.example.com::900-1800\n',
  );
  const args = ['user', 'import', file, ...DATABASE];
  const dry = twinport.run([...args, '--dry-run']);
  assert.deepEqual([dry.code, dry.stdout], [0, 'would add ann\n']);
  assert.match(dry.stderr, /^ann: networks are addresses: office\.example\.com left out$/m);
  assert.equal(existsSync(join(twinport.folder, 'accounts.db')), false);
  assert.equal(twinport.done(args), 'added ann\n');
  const again = JSON.parse(twinport.done([...args, '--json']));
  assert.deepEqual(again.added, []);
  assert.match(again.notes.at(-1).message, /skipped: there is an account ann already/);
  assert.equal(twinport.done([...args, '--replace']), 'added ann\n');
  assert.match(twinport.done(['user', 'show', 'ann', ...DATABASE]), /^hours = \[ "09:00-18:00" \]$/m);
});

for (const workers of ['1', '2']) {
  test(`a server lets in whom the database knows at that moment, ${workers} workers`, async (t) => {
    const twinport = await Command.in(t);
    const { folder } = twinport;
    const user = (args: readonly string[], input?: string): string =>
      twinport.done(['user', ...args, ...DATABASE], input);
    mkdirSync(join(folder, 'served'));
    user(['add', 'ann', '--directory', `${folder}/{name}`, '--password-stdin'], SECRET);
    const url = `sqlite:${folder}/accounts.db`;
    const served = new ServeProcess(t, [
      join(folder, 'served'),
      `--database=${url}`,
      '--port=0',
      '--host=127.0.0.1',
      `--workers=${workers}`,
      '--user=fix:word',
    ]);
    const [, port] = await served.printed(/listening ftp:\/\/127\.0\.0\.1:(\d+)/);
    const login = async (name: string, password: string, reply: number): Promise<RawClient> => {
      const client = await RawClient.connect(Number(port));
      t.after(() => client.destroy());
      await client.command(`USER ${name}`, 331);
      await client.command(`PASS ${password}`, reply);
      return client;
    };
    const ann = await login('ann', SECRET, 230);
    await ann.upload('STOR a.txt', Buffer.from('hello'));
    assert.equal(statSync(join(folder, 'ann', 'a.txt')).size, 5);
    await login('fix', 'word', 230);
    await login('bob', SECRET, 530);
    await login('anonymous', 'a@b', 530);
    user(['add', 'bob', '--password-stdin', '--read-only'], SECRET);
    const bob = await login('bob', SECRET, 230);
    await bob.command('MKD x', 550);
    user(['set', 'bob', '--permissions', 'list', '--folder', '/in=list,write']);
    const sender = await login('bob', SECRET, 230);
    await sender.command('MKD in', 550);
    mkdirSync(join(folder, 'served', 'in'));
    await sender.upload('STOR in/a.txt', Buffer.from('hello'));
    await sender.command('DELE in/a.txt', 550);
    user(['set', 'ann', `--mount=/shared=${join(folder, 'served')}:ro`]);
    const mounted = await login('ann', SECRET, 230);
    assert.equal((await mounted.download('RETR shared/in/a.txt')).toString(), 'hello');
    await mounted.command('DELE shared/in/a.txt', 550);
    await mounted.command('DELE a.txt', 250);
    user(['set', 'bob', '--quota', '1G']);
    await login('bob', SECRET, 451);
    user(['disable', 'ann']);
    await login('ann', SECRET, 530);
  });
}

test('a server without a database loads nothing that one needs', async (t) => {
  const twinport = await Command.in(t);
  const hook = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(
      'export async function load(url, context, next) { process._rawDebug("loads " + url); return await next(url, context); }'));`;
  const served = new CliProcess(t, ['serve', twinport.folder, '--port', '0'], {
    env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hook)}` },
  });
  await served.said(/loads .*server\.js/);
  await new Promise((resolve) => served.child.stdout.once('data', resolve));
  for (const name of ['kysely', 'libsql', '/pg/', 'accounts/index.js']) assert.ok(!served.stderr.includes(name), name);
});
