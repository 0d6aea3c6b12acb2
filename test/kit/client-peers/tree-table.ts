import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstat, mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteEntry } from '@twinport/ftp/client';
import type { Behaviour } from './behaviour.js';
import { type Context, expectSame } from './context.js';
import { NAMES, NOT_UTF8 } from './names-table.js';
import { makeFile } from './peer.js';

const OLD = new Date('2020-02-03T04:05:06Z');

/** Names, folders and what is known of them. */
export const TREES: readonly Behaviour[] = [
  {
    name: 'says of every entry what is on disk',
    async run(context) {
      await context.have('new.txt', 'new');
      await context.have('old.bin', Buffer.alloc(123_456));
      await context.have('.hidden', 'x');
      await context.have('empty');
      await context.haveFolder('folder');
      await context.haveFolder('.hidden folder');
      await utimes(context.onDisk('old.bin'), OLD, OLD);
      const entries = await context.client.list(context.folder).toArray();
      assert.deepEqual(entries.map(({ name }) => name).toSorted(), (await readdir(context.onDisk('.'))).toSorted());
      for (const entry of entries) {
        await expectAsOnDisk(context, entry);
        await expectAsOnDisk(context, await context.client.stat(entry.path));
      }
    },
  },
  {
    name: 'lists an empty folder as empty',
    async run({ client, folder }) {
      assert.deepEqual(await client.list(folder).toArray(), []);
      for await (const entry of client.list(folder)) assert.fail(entry.name);
    },
  },
  {
    name: 'lists 2,000 entries',
    async run(context) {
      const names = Array.from({ length: 2_000 }, (_, index) => `file number ${index}.txt`);
      await Promise.all(names.map((name) => writeFile(context.onDisk(name), '')));
      const entries = await context.client.list(context.folder).toArray();
      assert.deepEqual(entries.map(({ name }) => name).toSorted(), names.toSorted());
    },
  },
  {
    name: 'lists what is missing as not found',
    async run(context) {
      await assert.rejects(context.client.list(context.at('missing')).toArray(), { code: 'NOT_FOUND' });
      await assert.rejects(context.client.stat(context.at('missing')), { code: 'NOT_FOUND' });
      assert.equal(await context.client.exists(context.at('missing')), false);
      assert.equal(await context.client.exists(context.at('missing/deeper')), false);
      assert.equal(await context.client.exists(context.folder), true);
      assert.equal((await context.client.stat('/')).type, 'directory');
    },
  },
  {
    name: 'takes paths from the login directory, and normal forms of others',
    async run(context) {
      await context.have('file', 'x');
      assert.equal(await context.client.text(`${context.folder.slice(1)}/file`), 'x');
      assert.equal(await context.client.text(`${context.folder}//./sub/../file`), 'x');
    },
  },
  {
    name: 'walks and globs',
    async run(context) {
      for (const folder of ['a', 'a/b', 'a/.c', 'd']) await context.haveFolder(folder);
      for (const file of ['1.txt', 'a/2.txt', 'a/b/3.txt', 'a/.c/4.md', 'd/5.txt']) await context.have(file);
      const { client } = context;
      assert.deepEqual(await pathsOf(context, client.walk(context.folder)), [
        '1.txt',
        'a',
        'a/.c',
        'a/.c/4.md',
        'a/2.txt',
        'a/b',
        'a/b/3.txt',
        'd',
        'd/5.txt',
      ]);
      assert.deepEqual(await pathsOf(context, client.walk(context.folder, { enter: ({ name }) => name !== 'a' })), [
        '1.txt',
        'a',
        'd',
        'd/5.txt',
      ]);
      assert.deepEqual(await pathsOf(context, client.glob(context.at('*.txt'))), ['1.txt']);
      assert.deepEqual(await pathsOf(context, client.glob(context.at('[ad]/?.txt'))), ['a/2.txt', 'd/5.txt']);
      assert.deepEqual(await pathsOf(context, client.glob(context.at('**/[34].*'))), ['a/.c/4.md', 'a/b/3.txt']);
      assert.deepEqual(await pathsOf(context, client.glob(context.at('x*'))), []);
    },
  },
  {
    name: 'makes folders, with those above them',
    async run(context) {
      const { client } = context;
      await client.makeDirectory(context.at('one'));
      await assert.rejects(client.makeDirectory(context.at('one')));
      await client.makeDirectory(context.at('one'), { recursive: true });
      await client.makeDirectory(context.at('x y/z/deep'), { recursive: true });
      assert.ok((await stat(context.onDisk('x y/z/deep'))).isDirectory());
      assert.ok((await stat(context.onDisk('one'))).isDirectory());
      await assert.rejects(client.makeDirectory(context.at('no/such')));
      await context.have('file');
      await assert.rejects(client.makeDirectory(context.at('file/x'), { recursive: true }));
    },
  },
  {
    name: 'removes files and empty folders, and others only when told to',
    async run(context) {
      const { client } = context;
      await context.have('file');
      await context.haveFolder('empty');
      await context.haveFolder('full');
      await context.have('full/file');
      await client.remove(context.at('file'));
      await client.remove(context.at('empty'));
      await assert.rejects(client.remove(context.at('full')), (error: Error) => 'hint' in error);
      assert.deepEqual(await readdir(context.onDisk('.')), ['full']);
      await assert.rejects(client.remove(context.at('file')), { code: 'NOT_FOUND' });
      await client.remove(context.at('file'), { force: true });
      await client.remove(context.at('no/such'), { force: true, recursive: true });
    },
  },
  {
    name: 'removes a folder with hidden files, and links without what they lead to',
    async run(context) {
      await context.haveFolder('kept');
      await context.have('kept/file', 'precious');
      await context.haveFolder('tree');
      await context.haveFolder('tree/.git');
      await context.have('tree/.git/config');
      await context.have('tree/.hidden');
      await context.have('tree/-rf');
      await context.haveFolder('tree/sub');
      await context.have('tree/sub/file');
      await context.haveLink('tree/to folder', '../kept');
      await context.haveLink('tree/to file', '../kept/file');
      await context.haveLink('tree/to nothing', 'nowhere');
      const told: string[] = [];
      await context.client.remove(context.at('tree'), { recursive: true, onRemove: (path) => void told.push(path) });
      assert.deepEqual(await readdir(context.onDisk('.')), ['kept']);
      await context.expectStored('kept/file', 'precious');
      assert.ok(told.includes(context.at('tree/.git/config')));
    },
  },
  {
    name: 'removes a link to a folder as a link',
    async run(context) {
      await context.haveFolder('kept');
      await context.have('kept/file', 'precious');
      await context.haveLink('link', 'kept');
      await context.client.remove(context.at('link'), { recursive: true });
      assert.deepEqual(await readdir(context.onDisk('.')), ['kept']);
      await context.expectStored('kept/file', 'precious');
    },
  },
  {
    name: 'renames',
    async run(context) {
      const { client } = context;
      await context.have('a', 'content');
      await context.haveFolder('folder');
      await client.rename(context.at('a'), context.at('folder/b c'));
      await context.expectStored('folder/b c', 'content');
      await client.rename(context.at('folder'), context.at('other'));
      await context.expectStored('other/b c', 'content');
      await assert.rejects(client.rename(context.at('missing'), context.at('x')), { code: 'NOT_FOUND' });
      assert.deepEqual(
        (await client.list(context.at('other')).toArray()).map(({ name }) => name),
        ['b c'],
      );
    },
  },
  {
    name: 'sets permissions and times, and sees them',
    async run(context) {
      const { client } = context;
      await context.have('a file', 'x');
      await client.setMode(context.at('a file'), 0o640);
      await client.setModified(context.at('a file'), OLD);
      const { mode, mtime } = await stat(context.onDisk('a file'));
      assert.equal(mode & 0o7777, 0o640);
      assert.equal(mtime.toISOString(), OLD.toISOString());
      const entry = await client.stat(context.at('a file'));
      assert.equal(entry.modified?.at.toISOString(), OLD.toISOString());
      assert.ok(entry.mode === 0o640 || !context.peer.can.tellsModes, `${entry.mode}`);
      const later = new Date('2021-12-31T23:59:59.900Z');
      await client.setModified(context.at('a file'), later);
      assert.equal((await stat(context.onDisk('a file'))).mtime.toISOString(), '2021-12-31T23:59:59.000Z');
      await assert.rejects(client.setModified(context.at('missing'), OLD), (error: Error) => 'code' in error);
    },
  },
  ...NAMES.map((name): Behaviour => ({
    name: `takes the name ${JSON.stringify(name)}`,
    where: (can) => can.refusedNames[name] === undefined,
    run: (context) => useName(context, name),
  })),
  {
    name: 'takes a name that is no UTF-8, byte for byte',
    where: (can) => can.refusedNames[NOT_UTF8.name] === undefined,
    async run(context) {
      const { client } = context;
      await makeFile(context.peer, Buffer.concat([Buffer.from(`${context.folder.slice(1)}/`), NOT_UTF8.bytes]), 'raw');
      const [entry] = await client.list(context.folder).toArray();
      assert.equal(entry?.name, NOT_UTF8.name);
      assert.equal(await client.text(entry?.path ?? ''), 'raw');
      await client.put(Buffer.from('new'), context.at(`${NOT_UTF8.name}2`));
      await client.rename(context.at(NOT_UTF8.name), context.at(`${NOT_UTF8.name}3`));
      const names = await readdir(Buffer.from(context.onDisk('.')), { encoding: 'buffer' });
      assert.deepEqual(names.map((each) => each.toString('latin1')).toSorted(), ['caf\xe92', 'caf\xe93']);
    },
  },
  {
    name: 'refuses names that would be two commands',
    async run({ client, folder }) {
      for (const name of ['a\r\nDELE b', 'a\nb', 'a\0b'])
        for (const call of [client.stat(`${folder}/${name}`), client.remove(`${folder}/${name}`)])
          await assert.rejects(call, { code: 'USAGE' });
    },
  },
  {
    name: 'sees new files in a folder that it has listed before',
    async run(context) {
      const { client } = context;
      await context.have('a');
      assert.equal((await client.list(context.folder).toArray()).length, 1);
      const told = once(client, 'connection');
      await client.put(Buffer.from('b'), context.at('b'));
      await told;
      assert.equal((await client.list(context.folder).toArray()).length, 2);
      await client.remove(context.at('a'));
      await client.rename(context.at('b'), context.at('c'));
      assert.deepEqual(
        (await client.list(context.folder).toArray()).map(({ name }) => name),
        ['c'],
      );
    },
  },
];

async function expectAsOnDisk(context: Context, entry: RemoteEntry): Promise<void> {
  const file = await stat(join(context.peer.root, entry.path));
  assert.equal(entry.path, context.at(entry.name));
  assert.equal(entry.type, file.isDirectory() ? 'directory' : 'file', entry.name);
  if (entry.type === 'file') assert.equal(entry.size, file.size, entry.name);
  const { modified } = entry;
  assert.ok(modified, entry.name);
  const unit = { millisecond: 1, second: 1_000, minute: 60_000, day: 86_400_000 }[modified.precision];
  assert.equal(Math.floor(modified.at.getTime() / unit), Math.floor(file.mtime.getTime() / unit), entry.raw);
}

async function pathsOf(context: Context, entries: AsyncIterable<RemoteEntry>): Promise<string[]> {
  const all: string[] = [];
  for await (const { path } of entries) all.push(path.slice(context.folder.length + 1));
  return all.toSorted();
}

async function useName(context: Context, name: string): Promise<void> {
  const { client } = context;
  const other = `${name}2`;
  await client.put(Buffer.from('content'), context.at(name));
  await context.expectStored(name, 'content');
  expectSame(await client.bytes(context.at(name)), 'content');
  const entries = await client.list(context.folder).toArray();
  assert.deepEqual(
    entries.map((entry) => [entry.name, entry.type, entry.size]),
    [[name, 'file', 7]],
  );
  const entry = await client.stat(context.at(name));
  assert.deepEqual([entry.name, entry.size], [name, 7]);
  await client.rename(context.at(name), context.at(other));
  await client.setModified(context.at(other), OLD);
  assert.equal((await lstat(context.onDisk(other))).mtime.toISOString(), OLD.toISOString());
  await client.remove(context.at(other));
  assert.deepEqual(await readdir(context.onDisk('.')), []);
  await client.makeDirectory(context.at(name));
  await mkdir(context.here('down'));
  await client.put(Buffer.from('inside'), `${context.at(name)}/${name}`);
  assert.deepEqual(
    (await client.list(context.at(name)).toArray()).map((each) => each.path),
    [`${context.at(name)}/${name}`],
  );
  await client.get(`${context.at(name)}/${name}`, context.here('down/file'));
  assert.equal(await readFile(context.here('down/file'), 'utf8'), 'inside');
  await client.remove(context.at(name), { recursive: true });
  assert.deepEqual(await readdir(context.onDisk('.')), []);
}
