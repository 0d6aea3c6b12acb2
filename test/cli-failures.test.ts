import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { watch } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Storage, StorageFault } from '@twinport/ftp/server';
import { alteredStorage, failingWrite } from './kit/altered-storage.js';
import { CliProcess, MAIN } from './kit/cli-process.js';
import { BIG, ok, site } from './kit/cli-site.js';
import { type Script, END, LISTEN, OPEN, UNLISTEN, data } from './kit/script.js';
import { ScriptedServer } from './kit/scripted-server.js';

test('what is wrong on the command line exits with 2 and says what to change', async (t) => {
  const { run, url, here } = await site(t);
  await writeFile(join(here, 'x'), '');
  const table: readonly (readonly [args: readonly string[], text: RegExp])[] = [
    [['ls'], /missing required argument/],
    [['ls', 'http://x/'], /http/],
    [['get', 'x', 'y'], /x is no remote/],
    [['put', 'x', 'y'], /y is no remote/],
    [['cp', 'x', 'y'], /neither x nor y is a remote/],
    [['get', '--limit-rate', 'fast', url], /octets, such as/],
    [['get', '--parallel', '0', url], /from 1 to 64/],
    [['get', `${url}/pub/a.txt`, `${url}/pub/./a.txt`, '.'], /both .* would become/],
    [['sync', '--newer', '--checksum', '.', url], /cannot be used with/],
    [['get', '--active', '--passive', url], /--active and --passive/],
    [['cat', '--range', '5-1', url], /ends before it begins/],
    [['bogus'], /unknown command/],
  ];
  for (const [args, text] of table) {
    const result = await run(...args);
    assert.equal(result.code, 2, `${args.join(' ')}: ${result.stderr}`);
    assert.match(result.stderr, text);
    assert.equal(result.stdout, '');
  }
});

async function scripted(t: TestContext, script: Script): Promise<string> {
  const server = await ScriptedServer.start(script);
  t.after(() => server.stop());
  return `ftp://user:topsecret@127.0.0.1:${server.port}`;
}

const blocked = {
  EPSV: [LISTEN, UNLISTEN, '229 (|||{port}|)'],
  PASV: '502 No',
  EPRT: '502 No',
  PORT: '502 No',
} as const;

test('doctor --server judges no machine that it cannot look at', async (t) => {
  const env = {
    NODE_OPTIONS: "--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})",
  };
  const { code, stdout, stderr } = await new CliProcess(t, ['doctor', '--server', '--passive-ports', '50000-50009'], {
    env,
  }).end();
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /Linux/);
});

test('each kind of failure has its exit code, and one line says what failed', async (t) => {
  const { run, url } = await site(t);
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const free = (closed.address() as net.AddressInfo).port;
  closed.close();
  await once(closed, 'close');
  const table: readonly (readonly [name: string, code: number, args: readonly string[]])[] = [
    ['partial', 3, ['cat', `${url}/pub/a.txt`, `${url}/none`]],
    ['not found', 4, ['cat', `${url}/none`]],
    ['not found, several', 4, ['cat', `${url}/none`, `${url}/none-either`]],
    ['a pattern that matches nothing', 4, ['get', `${url}/*.nothing`]],
    ['a file of this machine that is not there', 4, ['put', 'none', `${url}/`]],
    ['permission', 5, ['put', import.meta.filename, `${url.replace('user:secret@', '')}/x`]],
    ['name of the server', 6, ['ls', 'ftp://no-such-host.invalid/']],
    ['connection refused', 7, ['ls', `ftp://127.0.0.1:${free}/`]],
    ['login', 9, ['ls', url.replace('secret', 'wrong')]],
    ['data connection', 10, ['ls', await scripted(t, { on: blocked })]],
    ['no answer', 11, ['ls', '--timeout', '0.2', await scripted(t, { greeting: [] })]],
    [
      'truncated',
      12,
      [
        'get',
        `${await scripted(t, { on: { RETR: ['150 Here (9 bytes)', OPEN, data('part'), END, '226 Done'] } })}/file.txt`,
        'x',
      ],
    ],
    ['no space', 13, ['put', import.meta.filename, `${await scripted(t, { on: { STOR: '452 Full' } })}/x`]],
    ['no FTP', 14, ['ls', await scripted(t, { greeting: `220 ${'x'.repeat(20_000)}` })]],
    ['another protocol', 14, ['ls', await scripted(t, { greeting: 'SSH-2.0-OpenSSH_9.2p1' })]],
    ['busy', 15, ['ls', await scripted(t, { greeting: '421 Too many' })]],
  ];
  for (const [name, code, args] of table) {
    const result = await run(...args, '--retries', '0', '--quiet');
    assert.equal(result.code, code, `${name}: ${result.stderr}`);
    assert.match(result.stderr, /^twinport: [^\n]+\n/, name);
    assert.doesNotMatch(result.stderr, /secret/, name);
  }
});

test('a data connection that cannot be made is explained by every way that was tried', async (t) => {
  const { run } = await site(t);
  const url = await scripted(t, { on: blocked });
  const result = await run('ls', '--retries', '0', url);
  assert.match(result.stderr, / {2}tried passive {2}EPSV {2}127\.0\.0\.1:\d+ /);
  const object = JSON.parse((await run('ls', '--json', '--retries', '0', url)).stdout);
  assert.equal(object.exitCode, 10);
  assert.equal(object.failed[0].code, 'DATA_CONNECTION');
  assert.equal(object.failed[0].attempts[0].command, 'EPSV');
});

test('a full disk stops the job: the files that are left are not tried', async (t) => {
  const full = new StorageFault('full', 'no space');
  const { run, here, url } = await site(t, {
    alter: (storage) => alteredStorage(storage, { write: (handle) => failingWrite(handle, 0, full) }),
  });
  for (const name of ['1', '2', '3']) await writeFile(join(here, name), 'x');
  const result = await run('put', '--json', '--retries', '0', '--parallel', '1', '1', '2', '3', `${url}/`);
  assert.equal(result.code, 13, result.stderr);
  assert.equal(JSON.parse(result.stdout).failed.length, 1);
});

test('no password appears anywhere, neither in -v nor in --trace nor in JSON', async (t) => {
  const { run, runWith, here, url } = await site(t);
  await writeFile(join(here, 'password'), 'secret\n');
  const anonymousUrl = url.replace(':secret', '');
  const runs = [
    await run('-v', 'ls', `${url}/pub`),
    await run('ls', '-v', `${url}/pub`),
    await run('ls', '--trace', '--json', `${url}/pub`),
    await run('get', '-v', '--json', `${url}/pub/a.txt`),
    await run('ls', '-v', '--password-file', 'password', anonymousUrl),
    await runWith({ stdin: 'secret\n' }, 'ls', '-v', '--password-stdin', anonymousUrl),
    await run('ls', '-v', url.replace('secret', 'othersecret')),
  ];
  assert.deepEqual(
    runs.map(({ code }) => code),
    [2, 0, 0, 0, 0, 0, 9],
  );
  assert.match(runs[1]?.stderr ?? '', /#1 > PASS \*\*\*\n/);
  for (const { stdout, stderr } of runs) assert.doesNotMatch(stdout + stderr, /secret/);
});

test('who reads the output may go: it ends quietly', async (t) => {
  const { root, here, url } = await site(t);
  await Promise.all(
    Array.from({ length: 3000 }, (_, index) => writeFile(join(root, 'pub', `${'n'.repeat(100)}${index}`), '')),
  );
  for (const args of [
    ['ls', `${url}/pub`],
    ['find', url],
    ['cat', `${url}/big.bin`, `${url}/big.bin`],
    ['ls', '--json', `${url}/pub`],
  ]) {
    const cli = new CliProcess(t, args, { cwd: here });
    await once(cli.child.stdout, 'data');
    cli.child.stdout.destroy();
    const { code, stderr } = await cli.end();
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  }
});

/** Reading stops behind so many octets until `go`. */
function pausing(storage: Storage, octets: number, go: Promise<unknown>): Storage {
  return {
    ...alteredStorage(storage, {}),
    openRead: async (path, offset) => {
      const handle = await storage.openRead(path, offset);
      let left = octets - offset;
      return {
        size: handle.size,
        close: () => handle.close(),
        async read(into) {
          if (left <= 0) await go;
          const count = await handle.read(left > 0 ? into.subarray(0, left) : into);
          left -= count;
          return count;
        },
      };
    },
  };
}

for (const [name, limit] of [
  ['while the server has nothing to send', []],
  ['while the rate is limited', ['--limit-rate', '1M']],
] as const) {
  test(`Ctrl-C during a get, ${name}, keeps what is there and says how to go on, and --continue does`, async (t) => {
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    const alter = (storage: Storage): Storage => (limit.length > 0 ? storage : pausing(storage, 100_000, opened));
    const { run, root, here, url } = await site(t, { alter });
    const content = limit.length > 0 ? randomBytes(8_000_000) : BIG;
    await writeFile(join(root, 'big.bin'), content);
    const cli = new CliProcess(t, ['get', ...limit, `${url}/big.bin`], { cwd: here });
    await until(here, async () => {
      const sizes = await Promise.all((await readdir(here)).map(async (each) => (await stat(join(here, each))).size));
      return sizes.some((size) => size > 0);
    });
    cli.child.kill('SIGINT');
    const stopped = await cli.end();
    gate.emit('open');
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.match(stopped.stderr, /interrupted.*--continue/);
    assert.deepEqual(await readdir(here), ['big.bin.part']);
    const object = JSON.parse(ok(await run('get', '--continue', '--json', `${url}/big.bin`)).stdout);
    assert.ok(object.files[0].resumedAt > 0, 'it went on from the beginning');
    assert.deepEqual(await readdir(here), ['big.bin']);
    assert.deepEqual(await readFile(join(here, 'big.bin')), content);
  });
}

test('a second Ctrl-C ends at once, whatever the server is still asked', async (t) => {
  const gate = new EventEmitter();
  const { here, url } = await site(t, { alter: (storage) => pausing(storage, 100_000, once(gate, 'open')) });
  const cli = new CliProcess(t, ['get', '-v', `${url}/big.bin`], { cwd: here });
  await cli.said(/< 150/);
  cli.child.kill('SIGINT');
  await cli.said(/again to end at once/);
  cli.child.kill('SIGINT');
  const { code, stderr } = await cli.end();
  gate.emit('open');
  assert.equal(code, 130);
  assert.doesNotMatch(stderr, /--continue/);
});

/** Resolves when it holds: looked at again at each change in the folder. */
async function until(folder: string, holds: () => Promise<boolean>): Promise<void> {
  const watcher = watch(folder);
  try {
    for (let change = once(watcher, 'change'); !(await holds()); change = once(watcher, 'change')) await change;
  } finally {
    watcher.close();
  }
}

test('what stdout does not take is a failure: a full disk is not a reader that has gone', async (t) => {
  const { here, url } = await site(t);
  for (const command of [`get ${url}/big.bin -`, `ls --json ${url}`]) {
    const shell = spawn('/bin/sh', ['-c', `exec "$0" "$1" ${command} > /dev/full`, process.execPath, MAIN], {
      cwd: here,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, [code]] = await Promise.all([textOf(shell.stderr), once(shell, 'close')]);
    assert.equal(code, 13, said);
    assert.match(said, /stdout: ENOSPC/);
  }
});
