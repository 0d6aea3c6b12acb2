import { type Entry, disk } from '@twinport/ftp/server';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { zeroCopy } from './index.js';

const SKIP = { skip: process.platform === 'linux' ? false : 'of Linux only' };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'twinport-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function list(root: string, options: Parameters<typeof disk>[1]): Promise<object[]> {
  const entries: Entry[] = [];
  for await (const some of disk(root, options).list('/')) entries.push(...some);
  // Of large directories only parts are sorted.
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => ({ ...entry, unique: entry.unique }));
}

/** What is listed by system calls, having been compared with what Node.js lists. */
async function listBoth(root: string): Promise<object[]> {
  assert.ok(zeroCopy.directories);
  const direct = await list(root, { zeroCopy });
  assert.deepEqual(direct, await list(root, {}));
  return direct;
}

test('entries of every kind are the same as Node.js has them', SKIP, async (t) => {
  const root = folder(t);
  const at = (name: string | Buffer): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
  for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255]) writeFileSync(at('n'.repeat(length)), 'x'.repeat(length));
  for (const name of ['été', '文件', Buffer.from([0x66, 0xff, 0xfe]), ' ', '...', '.hidden'])
    writeFileSync(at(name), '');
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 5 * 2 ** 32 + 3);
  mkdirSync(at('directory'));
  symlinkSync('directory', at('link'));
  symlinkSync('nowhere', at('dangling'));
  linkSync(at('n'), at('hard'));
  execFileSync('mkfifo', ['-m', '0604', join(root, 'fifo')]);
  for (const [name, seconds] of [
    ['before', -86_400.25],
    ['after', 2 ** 32 + 0.999],
  ] as const) {
    writeFileSync(at(name), '');
    utimesSync(at(name), seconds, seconds);
  }
  lutimesSync(at('dangling'), 1, 1);
  assert.equal((await listBoth(root)).length, 25);
});

test('devices have the same numbers', SKIP, async () => {
  assert.ok((await listBoth('/dev')).length > 5);
});

test('a directory of more names than are read at once is whole, and an empty one is empty', SKIP, async (t) => {
  const root = folder(t);
  assert.deepEqual(await listBoth(root), []);
  for (let index = 0; index < 9_000; index += 1)
    closeSync(openSync(join(root, `${index} ${'-'.repeat(index % 200)}`), 'w'));
  assert.equal((await listBoth(root)).length, 9_000);
});

test('names that have gone since they were read are left out; other errors are thrown', SKIP, (t) => {
  const { directories } = zeroCopy;
  assert.ok(directories);
  const root = folder(t);
  writeFileSync(join(root, 'here'), '123');
  const descriptor = openSync(root, 'r');
  t.after(() => closeSync(descriptor));
  assert.equal(directories.attributesIn(descriptor, 'here')?.size, 3);
  unlinkSync(join(root, 'here'));
  assert.equal(directories.attributesIn(descriptor, 'here'), undefined);
  assert.throws(() => directories.attributesIn(-1, 'here'), { code: 'EBADF', syscall: 'statx' });
  assert.throws(() => directories.readNames(-1), { code: 'EBADF', syscall: 'getdents64' });
});
