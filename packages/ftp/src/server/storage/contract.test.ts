import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { StorageFault, type Entry, type Storage, type StorageFaultCode, type WriteIntent } from './contract.js';
import { disk, DiskStorage } from './disk.js';
import { holdByRealPath, Jail } from './disk-jail.js';
import { memory } from './memory.js';
import { mount } from './mount.js';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const STORAGES: Readonly<Record<string, (context: TestContext) => Storage>> = {
  disk: (context) => disk(temporaryFolder(context)),
  'disk without descriptors': (context) => new DiskStorage(new Jail(temporaryFolder(context), holdByRealPath), {}),
  memory: () => memory(),
  'a tree with mount points': (context) => mount(disk(temporaryFolder(context)), {}),
  'what is mounted': (context) =>
    inside('/m', mount(disk(temporaryFolder(context)), { '/m': disk(temporaryFolder(context)) })),
};

/** What is below `point`, as a storage. */
function inside(point: string, storage: Storage): Storage {
  const within = (path: unknown): unknown =>
    typeof path === 'string' && path.startsWith('/') ? point + (path === '/' ? '' : path) : path;
  return new Proxy(storage, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      if (key === 'stat')
        return async (path: string) => {
          const entry = await target.stat(within(path) as string);
          return path === '/' ? { ...entry, name: '/', unique: entry.unique } : entry;
        };
      return (...args: unknown[]): unknown => Reflect.apply(member, target, args.map(within));
    },
  });
}

/** A claim that every storage must keep. It starts with an empty one. */
function everyStorage(claim: string, check: (storage: Storage) => Promise<void>): void {
  for (const [name, make] of Object.entries(STORAGES)) {
    test(`${name}: ${claim}`, (context) => check(make(context)));
  }
}

function fault(code: StorageFaultCode): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof StorageFault, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}

async function put(
  storage: Storage,
  path: string,
  text: string,
  intent: WriteIntent = { kind: 'replace' },
): Promise<void> {
  const handle = await storage.openWrite(path, intent);
  await handle.write([Buffer.from(text)]);
  await handle.close();
}

async function get(storage: Storage, path: string, offset = 0): Promise<string> {
  const handle = await storage.openRead(path, offset);
  const chunks: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(7);
    const count = await handle.read(buffer);
    if (count === 0) break;
    chunks.push(buffer.subarray(0, count));
  }
  await handle.close();
  return Buffer.concat(chunks).toString();
}

async function list(storage: Storage, path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const some of storage.list(path)) entries.push(...some);
  return entries;
}

async function names(storage: Storage, path: string): Promise<string[]> {
  return (await list(storage, path)).map(({ name }) => name);
}

everyStorage('what is written can be read, from any offset', async (storage) => {
  await put(storage, '/a.txt', 'hello, world');
  assert.equal(await get(storage, '/a.txt'), 'hello, world');
  assert.equal(await get(storage, '/a.txt', 7), 'world');
  assert.equal(await get(storage, '/a.txt', 12), '');
});

everyStorage('an offset past the end, negative or fractional is invalid', async (storage) => {
  await put(storage, '/a', '123');
  for (const offset of [4, -1, 0.5, Number.NaN]) {
    await assert.rejects(storage.openRead('/a', offset), fault('invalid'));
    await assert.rejects(storage.openWrite('/a', { kind: 'truncate-at', offset }), fault('invalid'));
    await assert.rejects(storage.openWrite('/a', { kind: 'overwrite-at', offset }), fault('invalid'));
  }
  assert.equal(await get(storage, '/a'), '123');
});

everyStorage('each way to open for writing does what it says', async (storage) => {
  await put(storage, '/a', '0123456789', { kind: 'create' });
  await assert.rejects(storage.openWrite('/a', { kind: 'create' }), fault('exists'));
  await put(storage, '/a', 'ab', { kind: 'overwrite-at', offset: 2 });
  assert.equal(await get(storage, '/a'), '01ab456789');
  await put(storage, '/a', 'XY', { kind: 'append' });
  assert.equal(await get(storage, '/a'), '01ab456789XY');
  await put(storage, '/a', 'cd', { kind: 'truncate-at', offset: 4 });
  assert.equal(await get(storage, '/a'), '01abcd');
  await put(storage, '/a', 'new', { kind: 'replace' });
  assert.equal(await get(storage, '/a'), 'new');
  await put(storage, '/b', 'made', { kind: 'append' });
  assert.equal(await get(storage, '/b'), 'made');
});

everyStorage('writing at an offset needs a file', async (storage) => {
  await assert.rejects(storage.openWrite('/no', { kind: 'truncate-at', offset: 0 }), fault('not-found'));
  await assert.rejects(storage.openWrite('/no', { kind: 'overwrite-at', offset: 0 }), fault('not-found'));
  assert.deepEqual(await names(storage, '/'), []);
});

everyStorage('two who append lose nothing of each other', async (storage) => {
  const [one, two] = await Promise.all([
    storage.openWrite('/log', { kind: 'append' }),
    storage.openWrite('/log', { kind: 'append' }),
  ]);
  for (let i = 0; i < 5; i++) {
    await one.write([Buffer.from('1')]);
    await two.write([Buffer.from('2')]);
  }
  await Promise.all([one.close(), two.close()]);
  assert.equal(await get(storage, '/log'), '1212121212');
});

everyStorage('chunks of any sizes arrive in order', async (storage) => {
  const chunks = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(chunks, async (writes) => {
      const handle = await storage.openWrite('/p', { kind: 'replace' });
      await Promise.all([[], ...writes].map((write) => handle.write(write)));
      await handle.close();
      const whole = Buffer.concat(writes.flat());
      const reader = await storage.openRead('/p', 0);
      assert.equal(reader.size, whole.length);
      const into = Buffer.alloc(whole.length + 1);
      let count = 0;
      for (let more = -1; more !== 0; count += more) more = await reader.read(into.subarray(count));
      await reader.close();
      assert.deepEqual(into.subarray(0, count), whole);
    }),
    { numRuns: 25 },
  );
});

everyStorage('what an upload replaces stays until its first write, be it of nothing', async (storage) => {
  const write = async (intent: WriteIntent, chunks?: Uint8Array[]): Promise<number> => {
    const handle = await storage.openWrite('/a', intent);
    if (chunks) await handle.write(chunks);
    await handle.close();
    return (await storage.stat('/a')).size;
  };
  await write({ kind: 'replace' }, [Buffer.from('content')]);
  assert.equal(await write({ kind: 'replace' }), 7);
  assert.equal(await write({ kind: 'truncate-at', offset: 3 }), 7);
  assert.equal(await write({ kind: 'truncate-at', offset: 3 }, []), 3);
  assert.equal(await write({ kind: 'replace' }, []), 0);
});

everyStorage('more chunks than one system call takes are written', async (storage) => {
  const handle = await storage.openWrite('/many', { kind: 'replace' });
  await handle.write(Array.from({ length: 3000 }, (_, i) => Buffer.from(`${i % 10}`)));
  await handle.close();
  assert.equal(await get(storage, '/many'), '0123456789'.repeat(300));
});

everyStorage('stat tells type, size and name', async (storage) => {
  await storage.makeDirectory('/d');
  await put(storage, '/d/f', '12345');
  const file = await storage.stat('/d/f');
  assert.deepEqual([file.name, file.type, file.size, file.mode & 0o600], ['f', 'file', 5, 0o600]);
  const directory = await storage.stat('/d');
  assert.deepEqual([directory.name, directory.type, directory.size], ['d', 'directory', 0]);
  const root = await storage.stat('/');
  assert.deepEqual([root.name, root.type], ['/', 'directory']);
  assert.notEqual(file.unique, directory.unique);
  assert.match(file.unique, /^[\da-z]+$/);
});

everyStorage('a listing has every entry once, sorted', async (storage) => {
  await storage.makeDirectory('/d');
  for (const name of ['b', 'a', 'C', 'ä']) await put(storage, `/d/${name}`, name);
  await storage.makeDirectory('/d/sub');
  assert.deepEqual(await names(storage, '/d'), ['C', 'a', 'b', 'sub', 'ä']);
  assert.deepEqual((await list(storage, '/d'))[2], await storage.stat('/d/b'));
  assert.deepEqual(await names(storage, '/d/sub'), []);
  await assert.rejects(names(storage, '/d/a'), fault('not-a-directory'));
  await assert.rejects(names(storage, '/no'), fault('not-found'));
});

everyStorage('a missing name is not-found, and below a file there is nothing', async (storage) => {
  await put(storage, '/f', '');
  const attempts: readonly ((path: string) => Promise<unknown>)[] = [
    (path) => storage.stat(path),
    (path) => storage.openRead(path, 0),
    (path) => storage.remove(path),
    (path) => storage.removeDirectory(path),
    (path) => storage.rename(path, '/g'),
    (path) => storage.setTimes?.(path, { modified: new Date(0) }) ?? Promise.resolve(),
    (path) => storage.setMode?.(path, 0o600) ?? Promise.resolve(),
  ];
  for (const attempt of attempts) {
    await assert.rejects(attempt('/no'), fault('not-found'));
    await assert.rejects(attempt('/no/no'), fault('not-found'));
    await assert.rejects(attempt('/f/no'), fault('not-a-directory'));
  }
  await assert.rejects(storage.openWrite('/no/no', { kind: 'replace' }), fault('not-found'));
  await assert.rejects(storage.openWrite('/f/no', { kind: 'replace' }), fault('not-a-directory'));
  await assert.rejects(storage.makeDirectory('/no/no'), fault('not-found'));
});

everyStorage('directories are not files', async (storage) => {
  await storage.makeDirectory('/d');
  await assert.rejects(storage.openRead('/d', 0), fault('is-a-directory'));
  await assert.rejects(storage.openWrite('/d', { kind: 'replace' }), fault('is-a-directory'));
  await assert.rejects(storage.openWrite('/d', { kind: 'append' }), fault('is-a-directory'));
  await assert.rejects(storage.openWrite('/d', { kind: 'create' }), fault('exists'));
  await assert.rejects(storage.remove('/d'), fault('is-a-directory'));
  await assert.rejects(storage.makeDirectory('/d'), fault('exists'));
});

everyStorage('only empty directories can be removed, and files by remove only', async (storage) => {
  await storage.makeDirectory('/d');
  await put(storage, '/d/f', '');
  await assert.rejects(storage.removeDirectory('/d'), fault('not-empty'));
  await assert.rejects(storage.removeDirectory('/d/f'), fault('not-a-directory'));
  await storage.remove('/d/f');
  await storage.removeDirectory('/d');
  assert.deepEqual(await names(storage, '/'), []);
});

everyStorage('the root can be looked at, not changed', async (storage) => {
  await assert.rejects(storage.remove('/'), fault('denied'));
  await assert.rejects(storage.removeDirectory('/'), fault('denied'));
  await assert.rejects(storage.rename('/', '/a'), fault('denied'));
  await storage.makeDirectory('/a');
  await assert.rejects(storage.rename('/a', '/'), fault('denied'));
  await assert.rejects(storage.makeDirectory('/'), fault('exists'));
  await assert.rejects(storage.openWrite('/', { kind: 'replace' }), fault('is-a-directory'));
  await assert.rejects(storage.openRead('/', 0), fault('is-a-directory'));
});

everyStorage('rename moves files and directories and replaces files only', async (storage) => {
  await storage.makeDirectory('/d');
  await storage.makeDirectory('/e');
  await put(storage, '/d/f', 'f');
  await put(storage, '/g', 'g');
  await storage.rename('/d/f', '/g');
  assert.equal(await get(storage, '/g'), 'f');
  await storage.rename('/g', '/g');
  await storage.rename('/d', '/e/d');
  assert.deepEqual(await names(storage, '/e'), ['d']);
  await assert.rejects(storage.rename('/g', '/e'), fault('exists'));
  await assert.rejects(storage.rename('/e/d', '/e'), fault('exists'));
  await assert.rejects(storage.rename('/e', '/g'), fault('not-a-directory'));
  await assert.rejects(storage.rename('/e', '/e/d/x'), fault('unsupported'));
  assert.deepEqual(await names(storage, '/'), ['e', 'g']);
});

everyStorage('paths that are not absolute and normal are invalid', async (storage) => {
  await storage.makeDirectory('/a');
  for (const path of ['', 'a', '//', '/a/', '/a//b', '/./a', '/a/..', '/../a', '/a/.', '/a\0b']) {
    await assert.rejects(storage.stat(path), fault('invalid'), path);
    await assert.rejects(storage.makeDirectory(path), fault('invalid'), path);
    await assert.rejects(storage.openWrite(path, { kind: 'replace' }), fault('invalid'), path);
    await assert.rejects(names(storage, path), fault('invalid'), path);
  }
  assert.deepEqual(await names(storage, '/'), ['a']);
});

everyStorage('names with dots, spaces and newlines are ordinary', async (storage) => {
  for (const name of ['...', '..a', 'a b', 'line\nbreak', 'x (deleted)']) {
    await put(storage, `/${name}`, name);
    assert.equal(await get(storage, `/${name}`), name);
  }
  assert.equal((await names(storage, '/')).length, 5);
});

everyStorage('names that are not UTF-8 keep their bytes', async (storage) => {
  const name = 'caf\udce9';
  await storage.makeDirectory(`/${name}`);
  await put(storage, `/${name}/\udcff`, 'x');
  await storage.rename(`/${name}/\udcff`, `/${name}/\udcfe`);
  assert.deepEqual(await names(storage, '/'), [name]);
  assert.deepEqual(await names(storage, `/${name}`), ['\udcfe']);
  assert.equal(await get(storage, `/${name}/\udcfe`), 'x');
  await storage.remove(`/${name}/\udcfe`);
  await storage.removeDirectory(`/${name}`);
});

everyStorage('times and modes can be set, special bits cannot', async (storage) => {
  await put(storage, '/f', '');
  const modified = new Date('2001-02-03T04:05:06Z');
  const created = new Date('2000-01-01T00:00:00Z');
  await storage.setTimes?.('/f', { modified, created });
  const entry = await storage.stat('/f');
  assert.deepEqual(entry.modified, modified);
  if (storage.keepsCreated === true) assert.deepEqual(entry.created, created);
  await storage.setMode?.('/f', 0o6640);
  assert.equal((await storage.stat('/f')).mode, 0o640);
});

everyStorage('links are followed, listed as their target, and removed as themselves', async (storage) => {
  await storage.makeDirectory('/d');
  await put(storage, '/d/f', 'text');
  await storage.makeLink?.('/d/relative', 'f');
  await storage.makeLink?.('/absolute', '/d/f');
  await storage.makeLink?.('/up', './d/../d');
  assert.equal(await get(storage, '/up/relative'), 'text');
  await put(storage, '/absolute', 'new text');
  assert.equal(await get(storage, '/d/f'), 'new text');
  const [absolute, , up] = await list(storage, '/');
  assert.deepEqual([absolute?.name, absolute?.type, absolute?.size], ['absolute', 'file', 8]);
  assert.deepEqual([up?.name, up?.type], ['up', 'directory']);
  assert.equal(typeof up?.target, 'string');
  await assert.rejects(storage.removeDirectory('/up'), fault('not-a-directory'));
  await assert.rejects(storage.rename('/d/f', '/up'), fault('exists'));
  await storage.rename('/up', '/moved');
  await storage.remove('/moved');
  await storage.remove('/absolute');
  assert.deepEqual(await names(storage, '/d'), ['f', 'relative']);
});

everyStorage('a link that leads nowhere is not-found and listed as a link', async (storage) => {
  await put(storage, '/f', '');
  await storage.makeLink?.('/l', 'f');
  await storage.remove('/f');
  await assert.rejects(storage.stat('/l'), fault('not-found'));
  await assert.rejects(storage.openRead('/l', 0), fault('not-found'));
  const [link] = await list(storage, '/');
  assert.deepEqual([link?.name, link?.type, link?.size], ['l', 'link', 0]);
  await storage.remove('/l');
});

everyStorage('a link needs an existing target inside and a free name', async (storage) => {
  await put(storage, '/f', '');
  await assert.rejects(storage.makeLink?.('/l', '../f') ?? Promise.resolve(), fault('denied'));
  await assert.rejects(storage.makeLink?.('/l', '/../../etc') ?? Promise.resolve(), fault('denied'));
  await assert.rejects(storage.makeLink?.('/l', 'no') ?? Promise.resolve(), fault('not-found'));
  await assert.rejects(storage.makeLink?.('/f', 'f') ?? Promise.resolve(), fault('exists'));
  await storage.makeLink?.('/root', '/');
  assert.equal((await storage.stat('/root')).type, 'directory');
  assert.equal((await storage.stat('/root/root/f')).type, 'file');
});

everyStorage('links in a circle are too many links', async (storage) => {
  await storage.makeDirectory('/a');
  await storage.makeLink?.('/b', 'a');
  await storage.removeDirectory('/a');
  await storage.rename('/b', '/a');
  await assert.rejects(storage.stat('/a'), fault('too-many-links'));
  assert.equal((await list(storage, '/'))[0]?.type, 'link');
});

everyStorage('totalSize adds up all levels, without following links', async (storage) => {
  await storage.makeDirectory('/d');
  await storage.makeDirectory('/d/e');
  await put(storage, '/d/f', '12345');
  await put(storage, '/d/e/g', '123');
  await storage.makeLink?.('/d/e/up', '/d');
  const { signal } = new AbortController();
  assert.equal(await storage.totalSize?.('/', signal), 8);
  assert.equal(await storage.totalSize?.('/d/e', signal), 3);
  await assert.rejects(storage.totalSize?.('/no', signal) ?? Promise.resolve(), fault('not-found'));
  const reason = new Error('enough');
  await assert.rejects(storage.totalSize?.('/', AbortSignal.abort(reason)) ?? Promise.resolve(), reason);
});

everyStorage('a file stays readable and writable after its name is gone', async (storage) => {
  await put(storage, '/f', 'text');
  const reader = await storage.openRead('/f', 0);
  const writer = await storage.openWrite('/f', { kind: 'append' });
  await storage.remove('/f');
  await writer.write([Buffer.from('!')]);
  const into = Buffer.alloc(10);
  assert.equal(await reader.read(into), 5);
  await Promise.all([reader.close(), reader.close(), writer.close()]);
  assert.deepEqual(await names(storage, '/'), []);
});

everyStorage('there is space', async (storage) => {
  const { available } = (await storage.space?.('/')) ?? { available: 1 };
  assert(available > 0);
});

test('memory: a full storage keeps what was written before, and removing makes room', async () => {
  const storage = memory({ 'a/b.txt': '12345', 'empty/': '' }, { capacityBytes: 10 });
  assert.deepEqual(await names(storage, '/'), ['a', 'empty']);
  const handle = await storage.openWrite('/f', { kind: 'replace' });
  await handle.write([Buffer.from('12345')]);
  await assert.rejects(handle.write([Buffer.from('6')]), fault('full'));
  await handle.close();
  assert.equal(await get(storage, '/f'), '12345');
  assert.deepEqual(await storage.space?.('/'), { available: 0 });
  await put(storage, '/f', '54321', { kind: 'overwrite-at', offset: 0 });
  await storage.rename('/f', '/a/b.txt');
  assert.deepEqual(await storage.space?.('/'), { available: 5 });
  await put(storage, '/g', '12345');
  await put(storage, '/g', '1');
  assert.deepEqual(await storage.space?.('/'), { available: 4 });
});

test('memory: times come from its clock', async () => {
  let now = new Date(1000);
  const storage = memory({ f: 'x' }, { now: () => now });
  now = new Date(2000);
  await put(storage, '/f', 'y');
  const { created, modified } = await storage.stat('/f');
  assert.deepEqual([created, modified], [new Date(1000), new Date(2000)]);
});
