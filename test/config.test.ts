import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CliOptions, CliProcess, type CliResult } from './kit/cli-process.js';
import { RawClient } from './kit/raw-client.js';
import { ServeProcess } from './kit/serve-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

async function cli(t: TestContext, args: readonly string[], options: CliOptions): Promise<CliResult> {
  return await new CliProcess(t, args, options).end();
}

test('config init writes a file that serve takes as it is, and leaves one alone that is there', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = join(cwd, 'twinport.toml');
  assert.equal((await cli(t, ['config', 'init'], { cwd })).code, 0);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await writeFile(join(cwd, 'files', 'a.txt'), 'a file\n');
  const serve = new ServeProcess(t, ['--config', file, '--port', '0'], { XDG_STATE_HOME: cwd });
  const [, port] = await serve.printed(/^listening ftp:\/\/[^\n]*:(\d+)\n/);
  const client = await RawClient.login(Number(port), { secure: true, user: 'anonymous' });
  assert.equal((await client.download('RETR a.txt')).toString(), 'a file\n');
  client.destroy();
  const before = await readFile(file, 'utf8');
  const again = await cli(t, ['config', 'init'], { cwd });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /twinport\.toml: it is there already: name another with --config/);
  assert.equal(await readFile(file, 'utf8'), before);
});

test('config check: exit code 2 and every fault, as lines or as JSON', async (t) => {
  const cwd = await temporaryFolder(t);
  const missing = await cli(t, ['config', 'check'], { cwd });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^twinport\.toml:1: there is no such file: twinport config init writes one/);
  await writeFile(join(cwd, 'twinport.toml'), 'prt = 1\nhost = 5\n');
  const said = await cli(t, ['config', 'check'], { cwd });
  assert.equal(said.code, 2);
  assert.match(said.stderr, /^twinport\.toml:1: .*\ntwinport\.toml:2: .*\n$/);
  const told = await cli(t, ['config', 'check', '--json'], { cwd });
  assert.equal(told.code, 2);
  const { faults } = JSON.parse(told.stdout) as { faults: { where: string }[] };
  assert.deepEqual(
    faults.map(({ where }) => where),
    ['twinport.toml:1', 'twinport.toml:2'],
  );
  await writeFile(join(cwd, 'twinport.toml'), 'port = 2121\n');
  assert.equal((await cli(t, ['config', 'check'], { cwd })).code, 0);
});

test('config show: what holds, where it came from, and no password', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(
    join(cwd, 'my.toml'),
    'port = 2121\n\n[passive]\nports = "40000-40009"\n[[user]]\nname = "ann"\npassword = "topsecret"\n',
  );
  const args = ['config', 'show', '--config', 'my.toml', '--host', '127.0.0.1'];
  const { stdout } = await cli(t, args, { cwd, env: { TWINPORT_LIMITS_IDLE_MS: '1000' } });
  assert.match(stdout, /^port +2121 +my\.toml:1$/m);
  assert.match(stdout, /^host +"127\.0\.0\.1" +--host$/m);
  assert.match(stdout, /^passive\.ports +"40000-40009" +my\.toml:4$/m);
  assert.match(stdout, /^limits\.idleMs +1000 +TWINPORT_LIMITS_IDLE_MS$/m);
  assert.match(stdout, /^workers +1 +default$/m);
  assert.match(stdout, /^\[\[user\]\] 1 password +"\*\*\*" +my\.toml:7$/m);
  const json = (await cli(t, [...args, '--json'], { cwd })).stdout;
  const { settings } = JSON.parse(json) as { settings: { key: string; source: object }[] };
  assert.deepEqual(settings.find(({ key }) => key === 'port')?.source, { kind: 'file', file: 'my.toml', line: 1 });
  assert.doesNotMatch(stdout + json, /topsecret/);
});
