import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { missingServer } from './kit/foreign-servers.js';
import { missing } from './kit/peers.js';
import { SERVER_NAMES } from './kit/servers/foreign-server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../bench/dist/main.js', import.meta.url));
const LONGEST_MS = 240_000;

/** What this test reads of what `--json` prints. */
interface Report {
  readonly sections: readonly {
    readonly contestants: readonly string[];
    readonly failures: readonly object[];
    readonly results: readonly {
      readonly name: string;
      readonly spreads: Readonly<Record<string, object>>;
      readonly goal?: number;
    }[];
  }[];
}

const SERVER_ROWS = `
  download download-cpu upload upload-cpu upload-disk tls-download tls-download-cpu tls-upload tls-upload-cpu
  download-4 download-16 small-down small-up small-down-16 small-up-16
  list-100 list-2000 list-10000 list-100000 mlsd-100 mlsd-2000 mlsd-10000 mlsd-100000
  login login-anonymous noop-p50 noop-p99 noop-busy-p50 noop-busy-p99 memory memory-kernel memory-16 scale scale-10 scale-100 scale-1000 scale-10000`
  .trim()
  .split(/\s+/);
const CLIENT_ROWS = ['download-file', 'download-null', 'small-down-1', 'small-down-8', 'small-up-1', 'small-up-8'];
const skip = process.platform !== 'linux' && 'it reads /proc';

test('the short benchmark has every row, and nobody who is installed fails', { skip }, async (t) => {
  const folder = await benchFolder(t);
  const file = join(folder, 'ratios.svg');
  const { stdout } = await run(process.execPath, [main, '--short', '--json', '--svg', file], {
    timeout: LONGEST_MS,
    env: { ...process.env, TMPDIR: folder },
  });
  const [servers, clients] = (JSON.parse(stdout) as Report).sections;
  assert.deepEqual([servers?.failures, clients?.failures], [[], []]);
  assert.deepEqual(names(servers), SERVER_ROWS.toSorted());
  assert.deepEqual(names(clients), CLIENT_ROWS.flatMap((name) => [name, `${name}-cpu`]).toSorted());
  const installed = SERVER_NAMES.filter((name) => missingServer(name) === false);
  assert.deepEqual(servers?.contestants, ['twinport', 'twinport-workers', ...installed, 'ceiling']);
  for (const name of ['lftp', 'curl']) assert.equal(clients?.contestants.includes(name), missing(name) === false, name);
  for (const { name, spreads } of [servers, clients].flatMap((section) => section?.results ?? []))
    assert('twinport' in spreads, name);
  const picture = await readFile(file, 'utf8');
  assert.match(picture, /^<svg [^]*<\/svg>\n$/);
  assert.deepEqual(await readdir(folder), ['ratios.svg']);
});

test('an interrupted benchmark stops its servers and removes its folder', { skip }, async (t) => {
  const folder = await benchFolder(t);
  const watcher = watch(folder);
  t.after(() => watcher.close());
  const child = execFile(process.execPath, [main, '--servers', '--short'], { env: { ...process.env, TMPDIR: folder } });
  let printed = '';
  child.stdout?.on('data', (text: string) => (printed += text));
  const closed = once(child, 'close');
  await once(watcher, 'change');
  child.kill('SIGINT');
  assert.deepEqual(await closed, [130, null]);
  assert.equal(printed, '');
  assert.deepEqual(await readdir(folder), []);
  assert.deepEqual(await commandLinesWith(folder), []);
});

/** Servers that give up root find their files in it. */
async function benchFolder(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o755);
  return folder;
}

async function commandLinesWith(text: string): Promise<readonly string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text));
}

function names(section: Report['sections'][number] | undefined): readonly string[] {
  return (section?.results ?? []).map(({ name }) => name).toSorted();
}
