import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { names, ok, site } from './kit/cli-site.js';
import { ScriptedServer } from './kit/scripted-server.js';

test('ls: one name a line when piped, dot names with -a, the long format with -l', async (t) => {
  const { run, url } = await site(t);
  assert.deepEqual(names(ok(await run('ls', `${url}/pub`)).stdout), ['a.txt', 'b.log', 'deep']);
  assert.deepEqual(names(ok(await run('ls', '-a', `${url}/pub/`)).stdout), ['.hidden', 'a.txt', 'b.log', 'deep']);
  const [first] = names(ok(await run('ls', '-l', `${url}/pub`)).stdout);
  assert.match(first ?? '', /^f 0\d{3} +7 2023-11-14 22:13:20Z a\.txt$/);
  assert.deepEqual(names(ok(await run('ls', `${url}/pub/a.txt`)).stdout), ['pub/a.txt']);
  assert.deepEqual(names(ok(await run('ls', '-r', `${url}/pub/*.*`)).stdout), ['pub/b.log', 'pub/a.txt']);
  assert.deepEqual(ok(await run('ls', '-R', `${url}/pub`)).stdout, 'pub:\na.txt\nb.log\ndeep\n\npub/deep:\nc.txt\n');
  assert.equal(ok(await run('ls', '-0', `${url}/pub`)).stdout, 'a.txt\0b.log\0deep\0');
});

test('ls --json prints one object, --jsonl an object a line and an end', async (t) => {
  const { run, url } = await site(t);
  const object = JSON.parse(ok(await run('ls', '--json', `${url}/pub`)).stdout);
  assert.equal(object.exitCode, 0);
  assert.deepEqual(object.failed, []);
  const [entry] = object.entries;
  assert.match(entry.mode, /^0\d{3}$/);
  const { name, path, type, size, modified, zone, format } = entry;
  assert.deepEqual(
    [name, path, type, size, modified, zone, format],
    ['a.txt', '/pub/a.txt', 'file', 7, '2023-11-14T22:13:20.000Z', 'utc', 'mlsd'],
  );
  const lines = names(ok(await run('ls', '--jsonl', `${url}/pub`)).stdout).map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.name ?? line.event),
    ['a.txt', 'b.log', 'deep', 'end'],
  );
});

test('cat writes several files in order, and parts of them; get - writes to stdout', async (t) => {
  const { run, url } = await site(t);
  assert.equal(ok(await run('cat', `${url}/pub/b.log`, `${url}/pub/a.txt`)).stdout, 'the log\na file\n');
  assert.equal(ok(await run('cat', `${url}/pub/*.*`)).stdout, 'a file\nthe log\n');
  assert.equal(ok(await run('cat', '--range', '2-5', `${url}/pub/a.txt`)).stdout, 'file');
  assert.equal(ok(await run('cat', '--range', '-5', `${url}/pub/a.txt`)).stdout, 'file\n');
  assert.equal(JSON.parse(ok(await run('cat', '--json', `${url}/pub/a.txt`)).stdout).files[0].text, 'a file\n');
  assert.equal(ok(await run('get', `${url}/pub/a.txt`, '-')).stdout, 'a file\n');
});

test('mkdir, stat, hash, find and raw do what they say', async (t) => {
  const { run, url, root } = await site(t);
  ok(await run('mkdir', '-p', `${url}/x/y/z`));
  assert.ok((await stat(join(root, 'x', 'y', 'z'))).isDirectory());
  assert.match(ok(await run('stat', `${url}/pub/a.txt`)).stdout, /^path +\/pub\/a\.txt\ntype +file\nsize +7\n/);
  const hashed = ok(await run('hash', `${url}/pub/a.txt`)).stdout;
  assert.equal(hashed, `${digest('a file\n')}  pub/a.txt\n`);
  assert.deepEqual(names(ok(await run('find', `${url}/`, '--name', '*.txt', '--type', 'f')).stdout).toSorted(), [
    '/pub/a.txt',
    '/pub/deep/c.txt',
  ]);
  assert.deepEqual(names(ok(await run('find', `${url}/pub`, '--max-depth', '1', '--type', 'f')).stdout).toSorted(), [
    '/pub/.hidden',
    '/pub/a.txt',
    '/pub/b.log',
  ]);
  assert.deepEqual(names(ok(await run('find', url, '--min-size', '100K')).stdout), ['/big.bin']);
  const raw = await run('raw', url, 'NOOP', 'CWD /nowhere', 'NOOP');
  assert.equal(raw.code, 1);
  assert.match(raw.stdout, /^200 [^\n]*\n550 [^\n]*\n$/);
  assert.equal(JSON.parse((await run('raw', '--json', url, 'PWD')).stdout).replies[0].code, 257);
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('hash --download hashes here where the server cannot', async (t) => {
  const { run } = await site(t);
  const server = await ScriptedServer.start({ files: { '/x.txt': 'a file\n' } });
  t.after(() => server.stop());
  const there = `ftp://127.0.0.1:${server.port}/x.txt`;
  const refused = await run('hash', there);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /hint: .*--download/);
  assert.equal(ok(await run('hash', '--download', there)).stdout, `${digest('a file\n')}  x.txt\n`);
  assert.equal(ok(await run('hash', '--download', '--algorithm', 'crc32', there)).stdout, '5ecfe3c5  x.txt\n');
});

test('a pattern that matches nothing can be a name', async (t) => {
  const { run, url, root } = await site(t);
  await writeFile(join(root, 'a[1].txt'), 'bracketed');
  assert.equal(ok(await run('cat', `${url}/a[1].txt`)).stdout, 'bracketed');
  assert.equal(ok(await run('ls', `${url}/a[1].txt`)).stdout, 'a[1].txt\n');
  assert.equal((await run('cat', `${url}/a[2].txt`)).code, 4);
});

test('escaped wildcards are a name, and other backslashes a part of one', async (t) => {
  const { run, url, root } = await site(t);
  await mkdir(join(root, 'd[1]'));
  for (const name of ['a[1].txt', 'a1.txt', 'back\\slash', join('d[1]', 'x*y')])
    await writeFile(join(root, name), name);
  for (const [written, name] of [
    [String.raw`a\[1\].txt`, 'a[1].txt'],
    [String.raw`d\[1\]/x\*y`, 'd[1]/x*y'],
    [String.raw`d\[1\]/*y`, 'd[1]/x*y'],
    [String.raw`back\slash`, String.raw`back\slash`],
  ] as const) {
    assert.equal(ok(await run('cat', `${url}/${written}`)).stdout, name);
    assert.equal(ok(await run('ls', `${url}/${written}`)).stdout, `${name}\n`);
  }
  assert.equal((await run('cat', String.raw`${url}/none\*`)).code, 4);
});

test('a folder where a file is wanted, and a file where a folder is, exit with 4', async (t) => {
  const { run, url } = await site(t);
  for (const args of [['cat'], ['hash'], ['hash', '--algorithm', 'md5']])
    assert.equal((await run(...args, `${url}/pub`)).code, 4, args.join(' '));
  const file = await run('ls', `${url}/pub/a.txt/`);
  assert.equal(file.code, 4);
  assert.match(file.stderr, /^twinport: pub\/a\.txt\/ is a file: write it without the slash at the end\n$/);
});

test('find of a file finds that file, if it is one that is searched for', async (t) => {
  const { run, url } = await site(t);
  assert.equal(ok(await run('find', `${url}/pub/a.txt`)).stdout, '/pub/a.txt\n');
  assert.equal(ok(await run('find', `${url}/pub/a.txt`, '--type', 'd')).stdout, '');
  assert.equal((await run('find', `${url}/none`)).code, 4);
});
