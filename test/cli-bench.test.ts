import assert from 'node:assert/strict';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { CliProcess } from './kit/cli-process.js';
import { BIG, names, ok, site } from './kit/cli-site.js';

const SHORT = ['--size', '300K', '--files', '3', '--seconds', '5', '--parallel', '2'];
const CONTENT = ['big.bin', 'pub'];

test('bench measures everything in a folder of its own, and removes it', async (t) => {
  const { run, url, root } = await site(t);
  const lines = names(ok(await run('bench', ...SHORT, url)).stdout);
  assert.deepEqual(
    lines.map((line) => line.split(/ {2,}/)[0]),
    [
      'login',
      'NOOP',
      'upload, passive',
      'download, passive',
      'upload, active',
      'download, active',
      '4 KiB files up, 1 connection',
      '4 KiB files down, 1 connection',
      '4 KiB files up, 2 connections',
      '4 KiB files down, 2 connections',
      'listing',
    ],
  );
  assert.match(lines[2] ?? '', /\d B\/s|[KMG]iB\/s \(300 KiB\)$/);
  assert.match(lines[10] ?? '', /\(7 entries\)$/);
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench --json has values with units, --jsonl the same as they come; a mode that is asked for is the only one', async (t) => {
  const { run, url } = await site(t);
  const { exitCode, failed, measures } = JSON.parse(ok(await run('bench', ...SHORT, '--json', '--active', url)).stdout);
  assert.deepEqual([exitCode, failed], [0, []]);
  for (const { measure, value, unit } of measures) assert(value > 0 && typeof unit === 'string', measure);
  const large = measures.filter(({ unit }: { unit: string }) => unit === 'octets/s');
  assert.deepEqual(
    large.map(({ measure, mode, octets }: Record<string, unknown>) => [measure, mode, octets]),
    [
      ['upload', 'active', 300 * 1024],
      ['download', 'active', 300 * 1024],
    ],
  );
  const lines = names(ok(await run('bench', ...SHORT, '--jsonl', '--active', url)).stdout).map((line) =>
    JSON.parse(line),
  );
  assert.deepEqual(
    lines.map(({ measure, event }) => measure ?? event),
    [...measures.map(({ measure }: { measure: string }) => measure), 'end'],
  );
});

test('bench reads a file that is named, and writes nothing', async (t) => {
  const { run, url, root } = await site(t);
  const { measures } = JSON.parse(ok(await run('bench', '--json', '--passive', `${url}/big.bin`)).stdout);
  assert.deepEqual(
    measures.map(({ measure, octets }: Record<string, unknown>) => [measure, octets]),
    [
      ['login', undefined],
      ['NOOP', undefined],
      ['download', BIG.length],
    ],
  );
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench measures what needs no writing where nothing may be written', async (t) => {
  const { run, port } = await site(t);
  const { stdout, stderr } = ok(await run('bench', ...SHORT, '--json', `ftp://127.0.0.1:${port}/pub`));
  const { measures } = JSON.parse(stdout);
  assert.deepEqual(
    measures.map(({ measure }: { measure: string }) => measure),
    ['login', 'NOOP', 'listing'],
  );
  assert.match(stderr, /nothing can be written there .*name a file/);
});

test('bench removes its folder after Ctrl-C too', async (t) => {
  const { url, root } = await site(t);
  const watcher = watch(root);
  t.after(() => watcher.close());
  const cli = new CliProcess(t, ['bench', '--size', '1G', '--limit-rate', '64K', url]);
  const [, name] = await once(watcher, 'change');
  assert.match(String(name), /^twinport-bench-/);
  cli.child.kill('SIGINT');
  assert.equal((await cli.end()).code, 130);
  assert.deepEqual((await readdir(root)).toSorted(), CONTENT);
});

test('bench ends large transfers when the time is up', async (t) => {
  const { run, url } = await site(t);
  const limited = [
    '--size',
    '1G',
    '--limit-rate',
    '64K',
    '--seconds',
    '1',
    '--files',
    '1',
    '--passive',
    '--parallel',
    '1',
  ];
  const { measures } = JSON.parse(ok(await run('bench', '--json', ...limited, url)).stdout);
  const large = measures.filter(({ unit }: { unit: string }) => unit === 'octets/s');
  assert.equal(large.length, 2);
  for (const { octets } of large) assert(octets > 0 && octets < 2 ** 30);
});

test('bench fails as other commands do', async (t) => {
  const { run, url, port } = await site(t);
  assert.equal((await run('bench', `ftp://user:wrong@127.0.0.1:${port}`)).code, 9);
  assert.equal((await run('bench', `${url}/none.bin`)).code, 4);
  assert.equal((await run('bench')).code, 2);
});
