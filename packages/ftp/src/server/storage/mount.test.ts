import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Storage, StorageFault, type StorageFaultCode } from './contract.js';
import { disk } from './disk.js';
import { memory } from './memory.js';
import { mount } from './mount.js';

const rejects = (work: Promise<unknown>, code: StorageFaultCode): Promise<void> =>
  assert.rejects(work, (error) => error instanceof StorageFault && error.code === code);

async function names(storage: Storage, path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entries of storage.list(path)) found.push(...entries.map(({ name }) => name));
  return found;
}

async function text(storage: Storage, path: string): Promise<string> {
  const handle = await storage.openRead(path, 0);
  const into = Buffer.alloc(100);
  const octets = await handle.read(into);
  await handle.close();
  return into.toString('utf8', 0, octets);
}

async function put(storage: Storage, path: string, content: string): Promise<void> {
  const handle = await storage.openWrite(path, { kind: 'replace' });
  await handle.write([Buffer.from(content)]);
  await handle.close();
}

function without(storage: Storage, abilities: readonly (keyof Storage)[]): Storage {
  const members = Object.entries(storage).filter(([name]) => !abilities.some((each) => each === name));
  return Object.fromEntries(members) as unknown as Storage;
}

const tree = (): Storage =>
  mount(memory({ '/b.txt': 'root', '/z': 'root', '/incoming/hidden': 'hidden', '/incoming2/f': 'prefix' }), {
    '/incoming': memory({ '/f': 'in' }),
    '/archive/2024': memory({ '/f': '2024' }),
  });

test('each path is in the storage of the deepest mount point on it', async () => {
  const storage = tree();
  assert.equal(await text(storage, '/incoming/f'), 'in');
  assert.equal(await text(storage, '/archive/2024/f'), '2024');
  assert.equal(await text(storage, '/incoming2/f'), 'prefix');
  await rejects(storage.stat('/incoming/hidden'), 'not-found');
  await put(storage, '/incoming/new', 'x');
  assert.deepEqual(await names(storage, '/incoming'), ['f', 'new']);
  const deeper = mount(tree(), { '/incoming/deep': memory({ '/f': 'deep' }) });
  assert.equal(await text(deeper, '/incoming/deep/f'), 'deep');
  assert.deepEqual(await names(deeper, '/incoming'), ['deep', 'f']);
});

test('mount points, and what leads to them, are in the listings above them, in order, once', async () => {
  const storage = tree();
  assert.deepEqual(await names(storage, '/'), ['archive', 'b.txt', 'incoming', 'incoming2', 'z']);
  assert.deepEqual(await names(storage, '/archive'), ['2024']);
  const { name, type } = await storage.stat('/archive');
  assert.deepEqual([name, type], ['archive', 'directory']);
  assert.equal((await storage.stat('/archive/2024')).name, '2024');
  const file = mount(memory({ '/archive': 'a file' }), { '/archive/2024': memory() });
  assert.deepEqual(await names(file, '/archive'), ['2024']);
  await rejects(file.openRead('/archive', 0), 'is-a-directory');
});

test('a listing in several parts has each mount point where it belongs', async () => {
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`/${String(i).padStart(4, '0')}`, '']));
  const storage = mount(memory(files), { '/0500a': memory(), '/2999a': memory(), '/0000': memory() });
  const found = await names(storage, '/');
  assert.equal(found.length, 3002);
  assert.deepEqual(found, found.toSorted());
});

test('mount points cannot be removed, renamed, replaced or made', async () => {
  const storage = tree();
  for (const path of ['/incoming', '/archive', '/archive/2024']) {
    await rejects(storage.remove(path), 'denied');
    await rejects(storage.removeDirectory(path), 'denied');
    await rejects(storage.rename(path, '/other'), 'denied');
    await rejects(storage.rename('/z', path), 'denied');
    await rejects(storage.makeDirectory(path), 'exists');
    await rejects(storage.openWrite(path, { kind: 'replace' }), 'is-a-directory');
    await rejects(storage.openWrite(path, { kind: 'create' }), 'exists');
  }
});

test('nothing can be made in a directory that is there for a mount point only', async () => {
  const storage = tree();
  await rejects(storage.openWrite('/archive/f', { kind: 'replace' }), 'denied');
  await rejects(storage.makeDirectory('/archive/2025'), 'denied');
  await rejects(storage.rename('/z', '/archive/z'), 'denied');
  await rejects(storage.stat('/archive/f'), 'not-found');
  await rejects(storage.openWrite('/no/f', { kind: 'replace' }), 'not-found');
});

test('a rename across storages is refused, and both files stay', async () => {
  const storage = tree();
  await rejects(storage.rename('/z', '/incoming/z'), 'cross-device');
  await rejects(storage.rename('/incoming/f', '/archive/2024/f'), 'cross-device');
  assert.equal(await text(storage, '/z'), 'root');
  assert.equal(await text(storage, '/archive/2024/f'), '2024');
  await storage.rename('/incoming/f', '/incoming/g');
  assert.deepEqual(await names(storage, '/incoming'), ['g']);
});

test('a storage mounted twice is two to a rename, as a bind mount is', async () => {
  const twice = memory({ '/f': 'x' });
  await rejects(mount(memory(), { '/a': twice, '/b': twice }).rename('/a/f', '/b/f'), 'cross-device');
});

test('abilities are those of the storage that the path is in', async () => {
  const bare = without(mount(memory({ '/f': '' }), {}), ['setTimes', 'space', 'keepsCreated']);
  const storage = mount(memory({ '/f': '' }), { '/bare': bare });
  const modified = new Date(1000);
  await storage.setTimes?.('/f', { modified });
  assert.deepEqual((await storage.stat('/f')).modified, modified);
  await rejects(storage.setTimes?.('/bare/f', { modified }) ?? Promise.resolve(), 'unsupported');
  await rejects(storage.space?.('/bare') ?? Promise.resolve(), 'unsupported');
  const noneHasIt = mount(bare, { '/bare': bare });
  assert.deepEqual(['setTimes' in noneHasIt, 'space' in noneHasIt, 'setMode' in noneHasIt], [false, false, true]);
});

test('creation times are not taken where they are not kept', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'f'), '');
  const storage = mount(memory({ '/f': '' }), { '/disk': disk(folder) });
  const created = new Date(1000);
  await storage.setTimes?.('/f', { created });
  await rejects(storage.setTimes?.('/disk/f', { created }) ?? Promise.resolve(), 'unsupported');
});

test('links stay in the storage that has them', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'root/d'), { recursive: true });
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in/secret'), '');
  symlinkSync('../in', join(folder, 'root/out'));
  symlinkSync('../root', join(folder, 'in/out'));
  const storage = mount(disk(join(folder, 'root')), { '/in': disk(join(folder, 'in')) });
  await rejects(storage.stat('/out/secret'), 'denied');
  await rejects(storage.stat('/in/out/d'), 'denied');
  await rejects(storage.makeLink?.('/l', '/in/secret') ?? Promise.resolve(), 'denied');
  await rejects(storage.makeLink?.('/in/l', '../d') ?? Promise.resolve(), 'denied');
  await storage.makeLink?.('/in/l', '/in/secret');
  assert.equal((await storage.stat('/in/l')).type, 'file');
});

test('`..` is refused wherever it stands', async () => {
  const storage = tree();
  for (const path of ['/incoming/..', '/incoming/../z', '/archive/2024/../../z', '/incoming/'])
    await rejects(storage.stat(path), 'invalid');
});

test('a storage that cannot be asked does not hide what is mounted', async () => {
  const storage = mount(memory(), { '/gone': disk('/no/such/folder') });
  assert.deepEqual(await names(storage, '/'), ['gone']);
  await rejects(storage.stat('/gone'), 'not-found');
});

test('totalSize counts what is seen: all that is mounted, nothing that is hidden', async () => {
  const { signal } = new AbortController();
  const storage = tree();
  assert.equal(await storage.totalSize?.('/', signal), 'rootrootprefixin2024'.length);
  assert.equal(await storage.totalSize?.('/archive', signal), 4);
  assert.equal(await storage.totalSize?.('/incoming', signal), 2);
});

test('two storages have no identity in common', async () => {
  const storage = tree();
  const found = ['/z', '/incoming/f', '/archive/2024/f', '/archive'].map(
    async (path) => (await storage.stat(path)).unique,
  );
  assert.equal(new Set(await Promise.all(found)).size, 4);
});

test('what cannot be a mount point is refused at once', () => {
  for (const point of ['/', 'incoming', '/a/', '/a/../b', ''])
    assert.throws(() => mount(memory(), { [point]: memory() }), StorageFault, point);
});

test('where a path really leads is told by its own storage; links to what a mount hides lead nowhere', async () => {
  const root = memory({ '/d/f': '', '/in/hidden': '' });
  await root.makeLink?.('/to-d', '/d');
  await root.makeLink?.('/to-in', '/in');
  const inner = memory({ '/e/f': '' });
  await inner.makeLink?.('/to-e', '/e');
  const storage = mount(root, { '/in': inner, '/a/b': without(memory({ '/f': '' }), ['realPath']) });
  const real = async (path: string): Promise<string | undefined> => await storage.realPath?.(path);
  assert.equal(await real('/to-d/f'), '/d/f');
  assert.equal(await real('/in/to-e/f'), '/in/e/f');
  assert.equal(await real('/in'), '/in');
  assert.equal(await real('/a'), '/a');
  assert.equal(await real('/a/b/f'), '/a/b/f');
  await rejects(real('/to-in/hidden'), 'denied');
});
