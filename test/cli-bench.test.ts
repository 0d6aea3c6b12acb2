import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { StorageFault } from '@twinport/ftp/server';
import { alteredStorage, failingWrite } from './kit/altered-storage.js';
import { CliProcess } from './kit/cli-process.js';
import { BIG, names, ok, site } from './kit/cli-site.js';
import { foreignServer, missingServer } from './kit/foreign-servers.js';
import { ServeProcess } from './kit/serve-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const SHORT = ['--size', '300K', '--files', '3', '--parallel', '2'];
const CONTENT = ['big.bin', 'pub'];
const READING = ['login', 'NOOP', 'listing, 1 connection'];
const WRITING = [1, 2].flatMap((number) => {
  const where = number === 1 ? '1 connection' : `${number} connections`;
  return ['upload', 'download', 'upload 4 KiB files', 'download 4 KiB files'].map((measure) => `${measure}, ${where}`);
});

interface Row {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly connections?: number;
  readonly dataPath?: { readonly mode: string };
  readonly tls: string | null;
  readonly octets?: number;
  readonly files?: number;
}

const measuresOf = (stdout: string): Row[] => JSON.parse(stdout).measures;

/** The columns of each line. */
const columns = (stdout: string): string[][] => names(stdout).map((line) => line.split(/ {2,}/));

test('bench --write measures everything in a folder of its own, and removes it', async (t) => {
  const { run, url, root } = await site(t);
  const { stdout, stderr } = ok(await run('bench', '--write', ...SHORT, url));
  const lines = columns(stdout);
  assert.deepEqual(
    lines.map(([name]) => name),
    [...READING, ...WRITING],
  );
  assert.deepEqual(lines[1]?.slice(2), ['-', 'clear']);
  assert.match(lines[2]?.[1] ?? '', /^\d+ entries\/s \(40 entries in 20 listings\)$/);
  assert.match(lines[3]?.[1] ?? '', /^[\d.]+ [KMG]?i?B\/s \(300 KiB\)$/);
  assert.deepEqual(lines[3]?.slice(2), ['passive EPSV', 'clear']);
  assert.match(lines[5]?.[1] ?? '', /^[\d.]+ files\/s \(3 files\)$/);
  assert.equal(stderr, '');
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench --json has values with units, --jsonl the same as they come', async (t) => {
  const { run, url } = await site(t);
  const { stdout } = ok(await run('bench', '--write', ...SHORT, '--json', '--active', url));
  const measures = measuresOf(stdout);
  for (const { measure, value, unit } of measures) assert(value > 0 && typeof unit === 'string', measure);
  assert.deepEqual(
    measures.filter(({ unit }) => unit === 'octets/s').map((row) => [row.measure, row.connections, row.octets]),
    [
      ['upload', 1, 300 * 1024],
      ['download', 1, 300 * 1024],
      ['upload', 2, 300 * 1024],
      ['download', 2, 300 * 1024],
    ],
  );
  const moved = measures.filter(({ connections }) => connections !== undefined);
  assert.deepEqual([...new Set(moved.map(({ dataPath }) => dataPath?.mode))], ['active']);
  const lines = names(ok(await run('bench', '--write', ...SHORT, '--jsonl', '--active', url)).stdout);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ measure, event }) => measure ?? event),
    [...measures.map(({ measure }) => measure), 'end'],
  );
});

test('bench reads a file that is named, and without --write writes nothing', async (t) => {
  const { run, url, root } = await site(t);
  const { stdout, stderr } = ok(await run('bench', '--json', `${url}/big.bin`));
  assert.deepEqual(
    measuresOf(stdout).map(({ measure, octets }) => [measure, octets]),
    [
      ['login', undefined],
      ['NOOP', undefined],
      ['listing', undefined],
      ['download', BIG.length],
    ],
  );
  assert.match(stderr, /nothing was written: --write/);
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench --write says so where nothing may be written, and measures the rest', async (t) => {
  const root = await temporaryFolder(t);
  await writeFile(join(root, 'a.txt'), 'a file\n');
  const url = await served(t, [root, '--user', 'ann:secret:ro']).then(({ address }) => `ftp://ann:secret@${address}`);
  const { code, stdout, stderr } = await new CliProcess(t, ['bench', '--write', ...SHORT, url]).end();
  assert.deepEqual(
    columns(stdout).map(([name]) => name),
    READING,
  );
  assert.match(stderr, /nothing can be written there/);
  assert.equal(code, 3);
  assert.deepEqual(await readdir(root), ['a.txt']);
});

for (const mode of ['active', 'passive'] as const) {
  test(`bench measures vsftpd in TLS and ${mode} mode`, { skip: missingServer('vsftpd') }, async (t) => {
    const server = await foreignServer(t, 'vsftpd', { tls: 'explicit', files: { 'pub/a.txt': 'a file\n' } });
    const here = await temporaryFolder(t);
    await writeFile(join(here, 'ca.pem'), server.ca);
    const url = `ftpes://${server.user}:${server.password}@${server.host}:${server.port}/pub`;
    const args = ['bench', '--write', `--${mode}`, '--ca', 'ca.pem', ...SHORT, url];
    const lines = columns(ok(await new CliProcess(t, args, { cwd: here }).end()).stdout);
    assert.deepEqual(
      lines.map(([name]) => name),
      [...READING, ...WRITING],
    );
    for (const [name, , dataPath, tls] of lines.slice(2)) {
      assert.equal(dataPath, mode === 'active' ? 'active EPRT' : 'passive EPSV', name);
      assert.equal(tls, 'TLSv1.3', name);
    }
    assert.deepEqual(await readdir(join(server.root, 'pub')), ['a.txt']);
  });
}

const INTERRUPTED = {
  'a large upload': { file: 'large-0', args: ['--size', '1G', '--limit-rate', '64K'] },
  'small uploads over several connections': {
    file: 'small-2-0',
    args: ['--size', '1K', '--files', '1000000', '--seconds', '1', '--parallel', '2'],
  },
};

for (const [what, { file, args }] of Object.entries(INTERRUPTED)) {
  test(`bench removes its folder after Ctrl-C in ${what}`, async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(join(root, 'pub'));
    const { serve, address } = await served(t, [root, '--user', 'ann:secret', '--trace']);
    const cli = new CliProcess(t, ['bench', '--write', ...args, `ftp://ann:secret@${address}/pub`]);
    await serve.logged(new RegExp(`STOR .*${file}`));
    assert.match((await readdir(join(root, 'pub'))).join(), /^twinport-bench-[0-9a-f]{8}$/);
    cli.child.kill('SIGINT');
    assert.equal((await cli.end()).code, 130);
    assert.deepEqual(await readdir(join(root, 'pub')), []);
  });
}

test('bench removes its folder after an error too', async (t) => {
  const full = new StorageFault('full', 'no space');
  const { run, url, root } = await site(t, {
    alter: (storage) => alteredStorage(storage, { write: (handle) => failingWrite(handle, 1000, full) }),
  });
  assert.equal((await run('bench', '--write', ...SHORT, url)).code, 13);
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench ends large transfers when the time is up', async (t) => {
  const { run, url } = await site(t);
  const limited = ['--size', '1G', '--limit-rate', '64K', '--seconds', '1', '--files', '1', '--parallel', '1'];
  const measures = measuresOf(ok(await run('bench', '--write', '--json', ...limited, url)).stdout);
  const large = measures.filter(({ unit }) => unit === 'octets/s');
  assert.equal(large.length, 2);
  for (const { octets = 0 } of large) assert(octets > 0 && octets < 2 ** 30);
});

test('bench fails as other commands do', async (t) => {
  const { run, url, port } = await site(t);
  assert.equal((await run('bench', `ftp://user:wrong@127.0.0.1:${port}`)).code, 9);
  assert.equal((await run('bench', `${url}/none.bin`)).code, 4);
  for (const args of [
    [],
    ['--size', '0', url],
    ['--files', '0', url],
    ['--seconds', 'x', url],
    ['--parallel', '0', url],
  ])
    assert.equal((await run('bench', ...args)).code, 2, args.join(' '));
});

async function served(
  t: { after(done: () => void): void },
  args: readonly string[],
): Promise<{ serve: ServeProcess; address: string }> {
  const serve = new ServeProcess(t, [...args, '--host', '127.0.0.1', '--port', '0']);
  const [, address = ''] = await serve.printed(/^listening ftp:\/\/(\S+)$/m);
  return { serve, address };
}
