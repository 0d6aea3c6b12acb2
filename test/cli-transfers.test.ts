import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { alteredStorage } from './kit/altered-storage.js';
import { BIG, names, ok, site } from './kit/cli-site.js';
import { testCertificate } from './kit/server.js';

for (const mode of ['--active', '--passive'] as const) {
  test(`get and put carry a file both ways, ${mode}`, async (t) => {
    const { run, url, here, root } = await site(t);
    const got = ok(await run('get', mode, `${url}/big.bin`));
    assert.deepEqual(await readFile(join(here, 'big.bin')), BIG);
    assert.equal(got.stdout, '');
    assert.match(got.stderr, new RegExp(`1 file, 293 KiB in .*${mode.slice(2)} (EPSV|PASV|EPRT|PORT)\n$`));
    ok(await run('put', mode, 'big.bin', `${url}/copy.bin`));
    assert.deepEqual(await readFile(join(root, 'copy.bin')), BIG);
  });
}

test('TLS: a self-signed certificate needs --insecure, --ca or --pin', async (t) => {
  const { key, cert } = await testCertificate();
  const { run, here, port } = await site(t, { tls: { key, cert } });
  const url = `ftpes://user:secret@127.0.0.1:${port}/pub/a.txt`;
  const refused = await run('cat', '--retries', '0', url);
  assert.equal(refused.code, 8, refused.stderr);
  await writeFile(join(here, 'ca.pem'), cert);
  assert.equal(ok(await run('cat', '--ca', 'ca.pem', url)).stdout, 'a file\n');
  const traced = ok(await run('get', '--insecure', '--trace', url));
  assert.match(traced.stderr, /#1 CONTROL +client 127\.0\.0\.1:\d+ ==> server 127\.0\.0\.1:\d+ +secured TLSv1/);
  assert.match(traced.stderr, /#1 DATA +passive client 127\.0\.0\.1:\d+ ==> server 127\.0\.0\.1:\d+ +open TLSv1/);
  assert.match(traced.stderr, /#1 +--> RETR/);
  assert.match(traced.stderr, /, TLSv1\.[23]\n/);
});

test('put - takes stdin, and without a name to give it says so', async (t) => {
  const { runWith, url, root } = await site(t);
  ok(await runWith({ stdin: 'from stdin' }, 'put', '-', `${url}/new.txt`));
  assert.equal(await readFile(join(root, 'new.txt'), 'utf8'), 'from stdin');
  const unnamed = await runWith({ stdin: 'x' }, 'put', '-', `${url}/pub/`);
  assert.equal(unnamed.code, 2);
  assert.match(unnamed.stderr, /name the file/);
});

test('get and put take folders and several sources, and say in JSON what became of each', async (t) => {
  const { run, url, here, root } = await site(t);
  const got = JSON.parse(ok(await run('get', '--json', `${url}/pub/*.*`, `${url}/pub/deep`, 'in/')).stdout);
  assert.deepEqual(
    got.files
      .filter(({ event }: { event: string }) => event === 'file')
      .map((file: { target: string }) => file.target)
      .toSorted(),
    ['in/a.txt', 'in/b.log', 'in/deep/c.txt'],
  );
  assert.equal(got.files[0].outcome, 'transferred');
  assert.equal(await readFile(join(here, 'in', 'deep', 'c.txt'), 'utf8'), 'deep down\n');
  ok(await run('put', 'in', `${url}/uploaded`));
  assert.equal(await readFile(join(root, 'uploaded', 'deep', 'c.txt'), 'utf8'), 'deep down\n');
  const nowhere = await run('put', 'in/a.txt', `${url}/no/such/a.txt`);
  assert.equal(nowhere.code, 4, nowhere.stderr);
  ok(await run('put', '-p', 'in/a.txt', `${url}/no/such/a.txt`));
  assert.equal(await readFile(join(root, 'no', 'such', 'a.txt'), 'utf8'), 'a file\n');
});

test('a pipe or a device is written to, not replaced, and a folder is refused before anything is fetched', async (t) => {
  const { run, url, here } = await site(t);
  const pipe = join(here, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const [content] = await Promise.all([readFile(pipe), run('get', `${url}/big.bin`, 'pipe').then(ok)]);
  assert.deepEqual(content, BIG);
  assert.ok((await stat(pipe)).isFIFO());
  await mkdir(join(here, 'in', 'big.bin'), { recursive: true });
  const refused = await run('get', `${url}/big.bin`, 'in');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /in\/big\.bin is a folder/);
  assert.deepEqual(await readdir(join(here, 'in')), ['big.bin']);
});

test('a URL that ends in ;type=a is transferred as text', async (t) => {
  const { run, url, here, root } = await site(t);
  await writeFile(join(here, 'text'), 'one\ntwo\n');
  const sent = await run('put', '-v', 'text', `${url}/text;type=a`);
  assert.match(ok(sent).stderr, /> TYPE A/);
  assert.equal(await readFile(join(root, 'text'), 'utf8'), 'one\ntwo\n');
  assert.match(ok(await run('get', '-v', `${url}/text;type=a`, 'back')).stderr, /> TYPE A\n[^]*> RETR/);
  assert.equal(await readFile(join(here, 'back'), 'utf8'), 'one\ntwo\n');
});

test('--if-exists decides what becomes of what is there, --preserve keeps times', async (t) => {
  const { run, url, here } = await site(t);
  await writeFile(join(here, 'a.txt'), 'mine');
  const skipped = JSON.parse(ok(await run('get', '--if-exists', 'skip', '--json', `${url}/pub/a.txt`)).stdout);
  assert.equal(skipped.files[0].outcome, 'skipped');
  assert.equal((await run('get', '--if-exists', 'error', `${url}/pub/a.txt`)).code, 1);
  ok(await run('get', '--if-exists', 'newer', `${url}/pub/a.txt`));
  assert.equal(await readFile(join(here, 'a.txt'), 'utf8'), 'mine');
  ok(await run('get', '--preserve', `${url}/pub/a.txt`));
  assert.equal((await stat(join(here, 'a.txt'))).mtimeMs, 1_700_000_000_000);
});

test('cp copies between servers, mv renames on one and moves between two', async (t) => {
  const [one, two] = [await site(t), await site(t)];
  ok(await one.run('cp', `${one.url}/big.bin`, `${two.url}/from-one.bin`));
  assert.deepEqual(await readFile(join(two.root, 'from-one.bin')), BIG);
  ok(await one.run('mv', `${one.url}/pub/a.txt`, `${one.url}/pub/renamed.txt`));
  assert.equal(await readFile(join(one.root, 'pub', 'renamed.txt'), 'utf8'), 'a file\n');
  const asked = await one.run('mv', `${one.url}/pub/renamed.txt`, `${two.url}/`);
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /--yes/);
  ok(await one.run('mv', '--yes', `${one.url}/pub/renamed.txt`, `${two.url}/`));
  assert.equal(await readFile(join(two.root, 'renamed.txt'), 'utf8'), 'a file\n');
  await assert.rejects(stat(join(one.root, 'pub', 'renamed.txt')));
});

test('mv of a folder deletes what it has copied, and nothing that has come or changed meanwhile', async (t) => {
  let root = '';
  const one = await site(t, {
    alter: (storage) =>
      alteredStorage(storage, {
        read: (handle) => {
          writeFileSync(join(root, 'pub', 'deep', 'new.txt'), 'new');
          appendFileSync(join(root, 'pub', 'b.log'), 'more\n');
          return handle;
        },
      }),
  });
  const two = await site(t);
  ({ root } = one);
  const moved = await one.run('mv', '--yes', '--parallel', '1', `${one.url}/pub`, `${two.url}/moved`);
  assert.match(moved.stderr, /not deleted: .*new\.txt: it was not there when the rest was copied/);
  assert.match(moved.stderr, /not deleted: .*b\.log: it has changed since it was copied/);
  assert.equal(moved.code, 3);
  assert.deepEqual((await readdir(join(two.root, 'moved'))).toSorted(), ['.hidden', 'a.txt', 'b.log', 'deep']);
  assert.deepEqual((await readdir(join(root, 'pub'))).toSorted(), ['b.log', 'deep']);
  assert.deepEqual(await readdir(join(root, 'pub', 'deep')), ['new.txt']);
});

test('mv of a folder takes all of it, empty folders too, both ways; of a link, the link alone', async (t) => {
  const { run, url, root, here } = await site(t);
  await mkdir(join(root, 'pub', 'none', 'below'), { recursive: true });
  ok(await run('mv', '--yes', `${url}/pub`, '.'));
  assert.deepEqual(await readdir(root), ['big.bin']);
  await symlink('pub', join(here, 'link'));
  ok(await run('mv', '--yes', 'link', `${url}/copy`));
  assert.deepEqual(await readdir(here), ['pub']);
  ok(await run('mv', '--yes', 'pub', `${url}/`));
  assert.deepEqual(await readdir(here), []);
  for (const folder of ['copy', 'pub'])
    assert.deepEqual((await readdir(join(root, folder))).toSorted(), ['.hidden', 'a.txt', 'b.log', 'deep', 'none']);
});

test('a file that cannot be written here is named, not its temporary name', async (t) => {
  const { run, url, root } = await site(t);
  // With the temporary name it is too long for any file system here.
  const name = 'n'.repeat(255);
  await mkdir(join(root, 'long'));
  await writeFile(join(root, 'long', name), 'x');
  for (const args of [
    ['get', `${url}/long/${name}`, '.'],
    ['get', '--segments', '2', `${url}/long/${name}`, '.'],
  ]) {
    const result = await run(...args);
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /n{255}/);
    assert.doesNotMatch(result.stderr, /\.part|\.pieces|\.twinport/);
  }
});

/** Nobody, not even root, makes files there. */
const CLOSED = '/sys/fs';

test(
  'sync into a folder that takes no files names the file, not its temporary name',
  {
    skip: existsSync(CLOSED) ? false : `there is no ${CLOSED}`,
  },
  async (t) => {
    const { run, url } = await site(t);
    const result = await run('sync', `${url}/pub/deep`, CLOSED);
    assert.equal(result.code, 5, result.stderr);
    assert.match(result.stderr, /'\/sys\/fs\/c\.txt'/);
    assert.doesNotMatch(result.stderr, /\.part/);
  },
);

test('rm needs --yes without a terminal; -r takes folders, -f what is not there', async (t) => {
  const { run, url, root } = await site(t);
  const asked = await run('rm', `${url}/pub/a.txt`);
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /Delete pub\/a\.txt\? .*--yes/);
  assert.deepEqual(names(ok(await run('rm', '-r', '-n', `${url}/pub`)).stdout).toSorted(), [
    'delete /pub',
    'delete /pub/.hidden',
    'delete /pub/a.txt',
    'delete /pub/b.log',
    'delete /pub/deep',
    'delete /pub/deep/c.txt',
  ]);
  ok(await run('rm', '--yes', `${url}/pub/*.log`));
  assert.deepEqual((await readdir(join(root, 'pub'))).toSorted(), ['.hidden', 'a.txt', 'deep']);
  const full = await run('rm', '--yes', `${url}/pub`);
  assert.match(full.stderr, /hint: Is the folder empty\? -r deletes all that is in it, too\.\n$/);
  ok(await run('rm', '--yes', '-r', `${url}/pub`));
  assert.deepEqual(await readdir(root), ['big.bin']);
  assert.equal((await run('rm', '--yes', `${url}/pub`)).code, 4);
  ok(await run('rm', '--yes', '-f', `${url}/pub`));
});

test('--dry-run changes nothing on either side', async (t) => {
  const { run, url, here, root } = await site(t);
  await writeFile(join(here, 'new.txt'), 'new');
  const before = [await readdir(root, { recursive: true }), await readdir(here)];
  assert.match(
    ok(await run('get', '-n', `${url}/big.bin`)).stdout,
    /^copy ftp:\S+\/big\.bin -> big\.bin \(293 KiB\)\n$/,
  );
  assert.match(ok(await run('put', '-n', 'new.txt', `${url}/`)).stdout, /^copy new\.txt -> ftp:/);
  ok(await run('put', '-n', '.', `${url}/pub`));
  ok(await run('get', '-n', `${url}/pub`));
  ok(await run('mkdir', '-n', `${url}/made`));
  ok(await run('mv', '-n', `${url}/big.bin`, `${url}/moved`));
  ok(await run('mv', '-n', `${url}/big.bin`, '.'));
  ok(await run('rm', '-n', `${url}/big.bin`));
  ok(await run('sync', '-n', '--delete', '.', `${url}/pub`));
  assert.deepEqual([await readdir(root, { recursive: true }), await readdir(here)], before);
});

test('sync copies what differs, deletes with --yes only, and carries out a plan that was written before', async (t) => {
  const { run, url, here, root } = await site(t);
  ok(await run('sync', `${url}/pub`, 'mirror'));
  assert.deepEqual((await readdir(join(here, 'mirror'), { recursive: true })).toSorted(), [
    '.hidden',
    'a.txt',
    'b.log',
    'deep',
    'deep/c.txt',
  ]);
  const again = JSON.parse(ok(await run('sync', '--json', `${url}/pub`, 'mirror')).stdout);
  assert.equal(again.transferred, 0);
  assert.deepEqual(again.actions, []);
  await writeFile(join(here, 'mirror', 'd.txt'), 'new');
  await writeFile(join(root, 'pub', 'gone.txt'), 'gone');
  const refused = await run('sync', '--delete', 'mirror', `${url}/pub`);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Delete 1 entry of ftp:.*--yes/);
  ok(await run('sync', '--delete', '--plan', 'plan.json', 'mirror', `${url}/pub`));
  assert.ok((await readdir(join(root, 'pub'))).includes('gone.txt'));
  ok(await run('sync', '--delete', '--yes', '--apply', 'plan.json', 'mirror', `${url}/pub`));
  assert.deepEqual((await readdir(join(root, 'pub'))).toSorted(), ['.hidden', 'a.txt', 'b.log', 'd.txt', 'deep']);
  await writeFile(join(here, 'plan.json'), '{"version": 1}');
  const broken = await run('sync', '--apply', 'plan.json', 'mirror', `${url}/pub`);
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /plan\.json is no plan/);
});

test('what nobody asked to leave out is no success: exit code 3, and JSON lists it', async (t) => {
  const { run, url, here } = await site(t);
  await mkdir(join(here, 'in'));
  await writeFile(join(here, 'in', 'two\nlines'), '');
  await writeFile(join(here, 'in', 'one'), '');
  const sent = await run('put', '--json', 'in', `${url}/`);
  assert.equal(sent.code, 3, sent.stderr);
  assert.deepEqual(
    JSON.parse(sent.stdout).failed.map(({ code, reason }: Record<string, string>) => [code, reason]),
    [['LEFT_OUT', 'unsafe-name']],
  );
  assert.equal((await run('sync', 'in', `${url}/in`)).code, 3);
  assert.equal((await run('sync', '-n', 'in', `${url}/in`)).code, 0);
});
