import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readFile, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  type Client,
  type SyncEvent,
  type SyncOptions,
  type SyncPlan,
  type SyncResult,
  type SyncSide,
  createPool,
  sync,
} from '@twinport/ftp/client';
import { type Server, type Storage, StorageFault, disk, memory } from '@twinport/ftp/server';
import { OLD, fillFolder, folderContent } from './kit/folder-content.js';
import { END, OPEN, data } from './kit/script.js';
import { ScriptedServer } from './kit/scripted-server.js';
import { FILE_TEXT } from './kit/scripted-tree.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

async function serverAndClient(context: TestContext, storage: Storage): Promise<{ server: Server; client: Client }> {
  const { server, port } = await startServer(context, { storage });
  const client = createPool({ host: '127.0.0.1', port, user: 'user', password: 'secret' });
  context.after(() => client.destroy());
  return { server, client };
}

async function clientOf(context: TestContext, storage: Storage): Promise<Client> {
  return (await serverAndClient(context, storage)).client;
}

/** A local folder; a path that ends in a slash is an empty one, and all files are of one old time. */
async function folderOf(context: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await temporaryFolder(context);
  await fillFolder(folder, files);
  return folder;
}

function brief(plan: SyncPlan): string[] {
  return plan.actions.map(
    (action) => `${action.do} ${action.path}${action.do === 'transfer' ? ` (${action.why})` : ''}`,
  );
}

/** Runs a synchronisation that must do all it was to do. */
async function succeed(from: SyncSide, to: SyncSide, options?: SyncOptions): Promise<SyncResult> {
  const result = await sync(from, to, options).run();
  assert.deepEqual(result.errors, []);
  assert.equal(result.stoppedBy, undefined);
  return result;
}

async function assertUnchanged(from: SyncSide, to: SyncSide, options?: SyncOptions): Promise<void> {
  const plan = await sync(from, to, options).plan();
  assert.deepEqual([brief(plan), plan.errors], [[], []]);
}

const TREE = { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d/e.txt': 'three', 'empty/': '', zero: '' };
const TREE_CONTENT = {
  'a.txt': 'one',
  'b/': '/',
  'b/c.txt': 'two',
  'b/d/': '/',
  'b/d/e.txt': 'three',
  'empty/': '/',
  zero: '',
};

test('a folder is uploaded, and a second run has nothing to do', async (t) => {
  const from = await folderOf(t, TREE);
  const root = await folderOf(t);
  const client = await clientOf(t, disk(root));
  const result = await succeed({ local: from }, { client, path: '/site' });
  assert.deepEqual([result.transferred, result.directoriesMade, result.octets], [4, 4, 11]);
  assert.deepEqual(await folderContent(join(root, 'site')), TREE_CONTENT);
  assert.deepEqual((await lstat(join(root, 'site/b/c.txt'))).mtime, OLD);
  await assertUnchanged({ local: from }, { client, path: '/site' }, { delete: true });
});

test('a folder is downloaded, and a second run has nothing to do', async (t) => {
  const root = await folderOf(t, TREE);
  const client = await clientOf(t, disk(root));
  const to = join(await folderOf(t), 'new');
  const result = await succeed({ client, path: '/' }, { local: to });
  assert.equal(result.transferred, 4);
  assert.deepEqual(await folderContent(to), TREE_CONTENT);
  assert.deepEqual((await lstat(join(to, 'b/c.txt'))).mtime, OLD);
  await assertUnchanged({ client, path: '/' }, { local: to }, { delete: true });
});

test('a folder goes from server to server, and a second run has nothing to do', async (t) => {
  const [one, two] = [await folderOf(t, TREE), await folderOf(t, { 'a.txt': 'older', 'gone/f': '1' })];
  const [from, to] = [await clientOf(t, disk(one)), await clientOf(t, disk(two))];
  await succeed({ client: from, path: '/' }, { client: to, path: '/' }, { delete: true });
  assert.deepEqual(await folderContent(two), TREE_CONTENT);
  await assertUnchanged({ client: from, path: '/' }, { client: to, path: '/' }, { delete: true });
});

test('an unchanged tree costs one listing for each folder, and no command for a file', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`folder ${index % 3}/file ${index}`, String(index)]),
  );
  const [from, root] = [await folderOf(t, files), await folderOf(t, files)];
  const client = await clientOf(t, disk(root));
  const verbs: string[] = [];
  client.on('connection', (event) => {
    if (event.kind === 'line' && event.direction === 'out') verbs.push(event.text.split(' ')[0] ?? '');
  });
  await assertUnchanged({ local: from }, { client, path: '/' });
  const counts = (verb: string): number => verbs.filter((each) => each === verb).length;
  assert.equal(counts('MLSD') + counts('LIST'), 4, verbs.join(' '));
  assert.ok(counts('MLST') + counts('MDTM') + counts('SIZE') + counts('CWD') <= 2, verbs.join(' '));
});

test('what is newer, or has another size, is copied; what is older is not', async (t) => {
  const from = await folderOf(t, { newer: 'AAA', older: 'AAA', size: 'AAAA', same: 'AAA' });
  const root = await folderOf(t, { newer: 'BBB', older: 'BBB', size: 'BBB', same: 'AAA' });
  await utimes(join(root, 'newer'), OLD, new Date(OLD.getTime() - 5000));
  await utimes(join(root, 'older'), OLD, new Date(OLD.getTime() + 5000));
  const client = await clientOf(t, disk(root));
  const plan = await sync({ local: from }, { client, path: '/' }).plan();
  assert.deepEqual(brief(plan), ['transfer newer (newer)', 'transfer size (size)']);
  await succeed({ local: from }, { client, path: '/' });
  assert.deepEqual(await folderContent(root), { newer: 'AAA', older: 'BBB', same: 'AAA', size: 'AAAA' });
});

test('compare size looks at nothing else, hash at the content, always at nothing', async (t) => {
  const from = await folderOf(t, { equal: 'AAA', other: 'AAA', size: 'AAAA' });
  const root = await folderOf(t, { equal: 'AAA', other: 'BBB', size: 'BBB' });
  const client = await clientOf(t, disk(root));
  for (const [local, remote] of [
    [true, false],
    [false, true],
  ] as const) {
    const there = { client, path: '/' };
    const [source, target] = local && !remote ? [{ local: from }, there] : [there, { local: from }];
    assert.deepEqual(brief(await sync(source, target, { compare: 'size' }).plan()), ['transfer size (size)']);
    assert.deepEqual(brief(await sync(source, target, { compare: 'hash' }).plan()), [
      'transfer other (hash)',
      'transfer size (size)',
    ]);
    assert.equal((await sync(source, target, { compare: 'always' }).plan()).totals.transfers, 3);
  }
});

test('with compare hash, equal files of different times have their time set', async (t) => {
  const [from, root] = [await folderOf(t, { a: 'A' }), await folderOf(t, { a: 'A' })];
  await utimes(join(root, 'a'), OLD, new Date());
  const client = await clientOf(t, disk(root));
  const result = await succeed({ local: from }, { client, path: '/' }, { compare: 'hash' });
  assert.deepEqual([result.timesSet, result.transferred], [1, 0]);
  assert.deepEqual((await lstat(join(root, 'a'))).mtime, OLD);
});

/** A server that cannot set times, whose clock is wrong by years and goes on by a second with each look at it. */
function timeless(): Storage {
  let at = Date.parse('2001-01-01T00:00:00Z');
  const storage = memory({}, { now: () => new Date((at += 1000)) });
  return {
    stat: (path) => storage.stat(path),
    list: (path) => storage.list(path),
    openRead: (path, offset) => storage.openRead(path, offset),
    openWrite: (path, intent) => storage.openWrite(path, intent),
    remove: (path) => storage.remove(path),
    makeDirectory: (path) => storage.makeDirectory(path),
    removeDirectory: (path) => storage.removeDirectory(path),
    rename: (from, to) => storage.rename(from, to),
  };
}

test('a state file makes syncs right with a server that keeps no times', async (t) => {
  const from = await folderOf(t, TREE);
  const state = join(await folderOf(t), 'state.json');
  const [source, target] = [{ local: from }, { client: await clientOf(t, timeless()), path: '/site' }];
  assert.equal((await succeed(source, target, { state })).transferred, 4);
  await assertUnchanged(source, target, { state });
  assert.equal((await sync(source, target).plan()).totals.transfers, 4, 'without the state all seems newer');
  await writeFile(join(from, 'a.txt'), 'ONE');
  const put = await succeed(source, target, { state });
  assert.equal(put.transferred, 1);
  assert.equal(await target.client.text('/site/a.txt'), 'ONE');
  await target.client.put(Buffer.from('two, by somebody else'), '/site/b/c.txt');
  await target.client.put(Buffer.from('THREE'), '/site/b/d/e.txt');
  assert.deepEqual(brief(await sync(source, target, { state }).plan()), [
    'transfer b/c.txt (size)',
    'transfer b/d/e.txt (newer)',
  ]);
});

test('what the source lacks is deleted with delete only, and never more than maxDelete', async (t) => {
  const from = await folderOf(t, { keep: '1' });
  const root = await folderOf(t, { keep: '1', 'old/a': '1', 'old/b': '1', c: '1' });
  const [source, target] = [{ local: from }, { client: await clientOf(t, disk(root)), path: '/' }];
  const before = await folderContent(root);
  await fillFolder(from, { new: '1' });
  for (const maxDelete of [3, 0, '50%'] as const) {
    await assert.rejects(sync(source, target, { delete: true, maxDelete }).run(), { code: 'LIMIT' });
    assert.deepEqual(await folderContent(root), before, 'nothing at all was done');
  }
  const result = await succeed(source, target, { delete: true, maxDelete: 4 });
  assert.deepEqual([result.filesDeleted, result.directoriesDeleted], [3, 1]);
  assert.deepEqual(await folderContent(root), { keep: '1', new: '1' });
});

test('deletions on this machine', async (t) => {
  const to = await folderOf(t, { keep: '1', 'old/a': '1', 'old/.hidden': '1' });
  const client = await clientOf(t, memory({ '/keep': '1' }));
  await succeed({ client, path: '/' }, { local: to }, { delete: true, compare: 'size' });
  assert.deepEqual(await folderContent(to), { keep: '1' });
});

test('what filters exclude is neither copied nor deleted', async (t) => {
  const from = await folderOf(t, { a: '1', 'a.tmp': '1', 'cache/x': '1' });
  const root = await folderOf(t, { 'b.tmp': '1', 'cache/y': '1', old: '1' });
  const client = await clientOf(t, disk(root));
  const filters = [{ exclude: '*.tmp' }, { exclude: '/cache/' }];
  await succeed({ local: from }, { client, path: '/' }, { filters, delete: true });
  assert.deepEqual(await folderContent(root), { a: '1', 'b.tmp': '1', 'cache/': '/', 'cache/y': '1' });
});

test('names that this machine cannot hold are reported, and the others copied', async (t) => {
  const client = await clientOf(t, memory({ '/caf\udce9': 'latin', '/ok': '1' }));
  const to = await folderOf(t);
  const result = await succeed({ client, path: '/' }, { local: to });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [['caf\udce9', 'unsafe-name']],
  );
  assert.deepEqual(await folderContent(to), { ok: '1' });
});

test('names with a line end are not sent', async (t) => {
  const from = await folderOf(t, { 'a\r\nDELE keep': '1', ok: '1' });
  const root = await folderOf(t, { keep: '1' });
  const result = await succeed({ local: from }, { client: await clientOf(t, disk(root)), path: '/' });
  assert.deepEqual(
    result.skipped.map(({ reason }) => reason),
    ['unsafe-name'],
  );
  assert.deepEqual(await folderContent(root), { keep: '1', ok: '1' });
});

test('of names that collide on the target one is copied, and the other reported', async (t) => {
  const client = await clientOf(t, memory({ '/README': 'upper', '/readme': 'lower', '/Dir/a': '1', '/dir/b': '1' }));
  const to = await folderOf(t);
  const result = await succeed({ client, path: '/' }, { local: to }, { foldNames: true });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [
      ['dir', 'collision'],
      ['readme', 'collision'],
    ],
  );
  assert.deepEqual(await folderContent(to), { 'Dir/': '/', 'Dir/a': '1', README: 'upper' });
});

/** A server that shows these lines for its root; `/file.txt` and `/big.bin` are there to be fetched. */
async function listing(context: TestContext, lines: readonly string[]): Promise<Client> {
  const shown = ['150 Here it comes', OPEN, data(`${lines.join('\r\n')}\r\n`), END, '226 Done'];
  const server = await ScriptedServer.start({ on: { 'MLSD /': shown } });
  const client = createPool({ host: '127.0.0.1', port: server.port });
  context.after(async () => {
    client.destroy();
    await server.stop();
    assert.deepEqual(server.faults, []);
  });
  return client;
}

function fileFacts(name: string, size = FILE_TEXT.length): string {
  return `type=file;size=${size};modify=20200131120000; ${name}`;
}

test('names that lead out of the target never do, whatever a server lists', async (t) => {
  const files = ['../evil', '/tmp/evil', 'a/b', '..', '.', '', String.raw`..\evil`, 'x'.repeat(300), 'nul\0byte'];
  const folders = ['..', '.', '../..', '/etc', 'folder/..'].map((name) => `type=dir;modify=20200131120000; ${name}`);
  const client = await listing(t, [...files.map((name) => fileFacts(name)), ...folders, fileFacts('file.txt')]);
  const base = await folderOf(t, { 'to/': '' });
  const result = await sync({ client, path: '/' }, { local: join(base, 'to') }).run();
  assert.deepEqual(await folderContent(base), { 'to/': '/', 'to/file.txt': FILE_TEXT });
  assert.ok(result.skipped.some(({ path, reason }) => path === 'x'.repeat(300) && reason === 'unsafe-name'));
});

test('where lines of a listing were not understood, nothing is deleted', async (t) => {
  const client = await listing(t, [fileFacts('file.txt'), 'no facts at all']);
  const to = await folderOf(t, { b: '1', 'c/d': '1' });
  const result = await succeed({ client, path: '/' }, { local: to }, { delete: true });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [
      ['b', 'not-deleted'],
      ['c/d', 'not-deleted'],
      ['c', 'not-deleted'],
    ],
  );
  assert.deepEqual(await folderContent(to), { b: '1', 'c/': '/', 'c/d': '1', 'file.txt': FILE_TEXT });
});

/** One folder cannot be listed. */
function unlisted(storage: Storage, path: string): Storage {
  return Object.assign(Object.create(storage) as Storage, {
    stat: storage.stat.bind(storage),
    list: async function* (each: string) {
      if (each === path) throw new StorageFault('denied', each);
      yield* storage.list(each);
    },
    openRead: storage.openRead.bind(storage),
    remove: storage.remove.bind(storage),
  });
}

test('a folder that cannot be listed, on either side, is reported, and what the target has there stays', async (t) => {
  const files = { '/a': '1', '/d/f': '1' };
  const client = await clientOf(t, unlisted(memory(files), '/d'));
  const here = await folderOf(t, { a: '1', 'd/old': '1', 'd/e/old': '1', gone: '1' });
  const down = await sync({ client, path: '/' }, { local: here }, { delete: true, compare: 'size' }).run();
  assert.deepEqual(
    down.errors.map(({ path, error }) => [path, error.code]),
    [['d', 'PERMISSION']],
  );
  assert.ok(!down.complete);
  assert.deepEqual(Object.keys(await folderContent(here)), ['a', 'd/', 'd/e/', 'd/e/old', 'd/old']);
  const empty = await folderOf(t);
  const plan = await sync({ local: empty }, { client, path: '/' }, { delete: true }).plan();
  assert.deepEqual(brief(plan), ['delete-file a']);
  assert.deepEqual(
    plan.errors.map(({ path, side, code }) => [path, side, code]),
    [['d', 'to', 'PERMISSION']],
  );
});

test('a link inside of the target never leads a write out of it', async (t) => {
  const outside = await folderOf(t, { victim: 'untouched' });
  const to = await folderOf(t, { 'dir/': '' });
  const client = await clientOf(t, memory({ '/dir/victim': 'evil', '/link': 'evil' }));
  const plan = await sync({ client, path: '/' }, { local: to }).plan();
  await rename(join(to, 'dir'), join(to, 'moved'));
  await symlink(outside, join(to, 'dir'));
  await symlink(join(outside, 'victim'), join(to, 'link'));
  const result = await sync({ client, path: '/' }, { local: to }).run(plan);
  assert.deepEqual(
    result.errors.map(({ path, error }) => [path, error.code]),
    [['dir/victim', 'UNSAFE_NAME']],
  );
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [['link', 'changed']],
  );
  assert.deepEqual(await folderContent(outside), { victim: 'untouched' });
});

test('a folder that is there under two names is not emptied because the source has one of them', async (t) => {
  const [from, root] = [await folderOf(t, { 'real/f': '1' }), await folderOf(t, { 'real/f': '1' })];
  await symlink('real', join(root, 'alias'));
  const client = await clientOf(t, disk(root));
  const result = await succeed({ local: from }, { client, path: '/' }, { delete: true });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [['alias', 'not-deleted']],
  );
  assert.deepEqual(await folderContent(root), { alias: '-> real', 'real/': '/', 'real/f': '1' });
});

test('a folder that has itself in it is not gone round in', async (t) => {
  const [root, to] = [await folderOf(t, { 'd/f': '1' }), await folderOf(t)];
  await symlink('..', join(root, 'd', 'up'));
  const client = await clientOf(t, disk(root));
  const result = await succeed({ client, path: '/' }, { local: to });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [['d/up', 'loop']],
  );
  assert.deepEqual(await folderContent(to), { 'd/': '/', 'd/f': '1' });
});

test('a plan is JSON: written, read and run later', async (t) => {
  const from = await folderOf(t, TREE);
  const root = await folderOf(t, { 'a.txt': 'other', 'old/f': '1' });
  const [source, target] = [{ local: from }, { client: await clientOf(t, disk(root)), path: '/' }];
  const plan = await sync(source, target, { delete: true }).plan();
  const text = JSON.stringify(plan);
  assert.doesNotMatch(text, /secret/);
  const result = await sync(source, target).run(JSON.parse(text) as SyncPlan);
  assert.ok(result.complete);
  assert.deepEqual(await folderContent(root), TREE_CONTENT);
});

test('a plan for other folders, and what is no plan, is refused', async (t) => {
  const [from, other] = [await folderOf(t, TREE), await folderOf(t)];
  const client = await clientOf(t, memory());
  const plan = await sync({ local: from }, { client, path: '/' }).plan();
  await assert.rejects(sync({ local: other }, { client, path: '/' }).run(plan), { code: 'USAGE' });
  await assert.rejects(sync({ local: from }, { client, path: '/x' }).run(plan), { code: 'USAGE' });
  await assert.rejects(sync({ local: from }, { client, path: '/' }).run({ ...plan, version: 2 } as never), {
    code: 'USAGE',
  });
  await assert.rejects(client.stat('/a.txt'), { code: 'NOT_FOUND' });
});

test('a file in a folder that came to be since the plan is not replaced', async (t) => {
  const from = await folderOf(t, { 'a.txt': '12', fine: '1' });
  for (const remote of [true, false]) {
    const root = await folderOf(t);
    const target = remote ? { client: await clientOf(t, disk(root)), path: '/in' } : { local: join(root, 'in') };
    const source = remote ? { local: from } : { client: await clientOf(t, disk(from)), path: '/' };
    const plan = await sync(source, target).plan();
    await mkdir(join(root, 'in'));
    await writeFile(join(root, 'in', 'a.txt'), 'mine now');
    const result = await sync(source, target).run(plan);
    assert.deepEqual(
      result.skipped.map(({ path, reason }) => [path, reason]),
      [['a.txt', 'changed']],
    );
    assert.deepEqual(await folderContent(root), { 'in/': '/', 'in/a.txt': 'mine now', 'in/fine': '1' });
  }
});

test('what has changed since the plan is neither replaced nor deleted', async (t) => {
  const from = await folderOf(t, { replaced: '12', fresh: '1', fine: '1', gone: '12' });
  const root = await folderOf(t, { replaced: '1', gone: '1', deleted: '1', 'folder/f': '1' });
  const [source, target] = [{ local: from }, { client: await clientOf(t, disk(root)), path: '/' }];
  const plan = await sync(source, target, { delete: true }).plan();
  for (const path of ['replaced', 'deleted', 'fresh', 'folder/g']) await writeFile(join(root, path), 'mine now');
  await rm(join(root, 'gone'));
  const result = await sync(source, target).run(plan);
  assert.deepEqual(result.skipped.map(({ path, reason }) => `${path} ${reason}`).toSorted(), [
    'deleted changed',
    'fresh changed',
    'gone changed',
    'replaced changed',
  ]);
  assert.deepEqual(
    result.errors.map(({ path }) => path),
    ['folder'],
    'it is not empty',
  );
  assert.ok(!result.complete);
  assert.deepEqual(await folderContent(root), {
    deleted: 'mine now',
    fine: '1',
    'folder/': '/',
    'folder/g': 'mine now',
    fresh: 'mine now',
    replaced: 'mine now',
  });
});

test('a dry run tells all and changes nothing', async (t) => {
  const from = await folderOf(t, TREE);
  const root = await folderOf(t, { 'a.txt': 'other', old: '1' });
  const state = join(await folderOf(t), 'state.json');
  const before = await folderContent(root);
  const events: string[] = [];
  const onEvent = (event: SyncEvent): void => void events.push(event.type);
  const client = await clientOf(t, disk(root));
  const options = { dryRun: true, delete: true, state, onEvent };
  const result = await sync({ local: from }, { client, path: '/' }, options).run();
  assert.deepEqual([result.dryRun, result.transferred, result.filesDeleted], [true, 4, 1]);
  assert.equal(events.filter((type) => type === 'done').length, 8);
  assert.deepEqual(await folderContent(root), before);
  await assert.rejects(lstat(state), { code: 'ENOENT' });
});

/** Files that cannot be opened for reading. */
function unreadable(storage: Storage, path: string): Storage {
  return Object.assign(Object.create(storage) as Storage, {
    stat: storage.stat.bind(storage),
    list: storage.list.bind(storage),
    openRead: (each: string, offset: number) =>
      each === path ? Promise.reject(new StorageFault('denied', each)) : storage.openRead(each, offset),
  });
}

test('errors are collected, and the rest goes on; with stopOnError it does not', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`/f${10 + index}`, 'x']));
  const client = await clientOf(t, unreadable(memory(files), '/f12'));
  const to = await folderOf(t);
  const result = await sync({ client, path: '/' }, { local: to }).run();
  assert.deepEqual(
    result.errors.map(({ path, error }) => [path, error.code]),
    [['f12', 'PERMISSION']],
  );
  assert.deepEqual([result.transferred, result.complete, result.stoppedBy], [19, false, undefined]);
  assert.ok(!(await readdir(to)).some((name) => name.includes('part')), 'no half file is left');
  const stopped = await sync(
    { client, path: '/' },
    { local: await folderOf(t) },
    { stopOnError: true, maxConcurrent: 1 },
  ).run();
  assert.deepEqual([stopped.transferred, stopped.stoppedBy?.code], [2, 'PERMISSION']);
});

test('a full disk ends the run', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${10 + index}`, 'x'.repeat(1000)]));
  const client = await clientOf(t, memory({}, { capacityBytes: 3500 }));
  const result = await sync({ local: await folderOf(t, files) }, { client, path: '/' }, { maxConcurrent: 1 }).run();
  assert.deepEqual([result.transferred, result.stoppedBy?.code], [3, 'NO_SPACE']);
  assert.equal(result.errors.length, 1);
});

const BIG = 8 * 1024 * 1024;

/** A file of which no two parts are alike. */
async function writeBig(path: string): Promise<string> {
  const bytes = Buffer.alloc(BIG);
  for (let at = 0; at < BIG; at += 4) bytes.writeUInt32LE(at, at);
  await writeFile(path, bytes);
  await utimes(path, OLD, OLD);
  return hashOf(bytes);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A worker is a process of its own: what has been sent to it need not be stored yet, nor is it stored by the time that half of it is sent. */
const byWorkers = process.env['TWINPORT_WORKERS'] !== undefined;

/** Runs until some of a file has come, in a worker stored as `file` where that is named, and aborts. */
async function breakOff(from: SyncSide, to: SyncSide, options: SyncOptions = {}, file?: string): Promise<void> {
  const stop = new AbortController();
  const onEvent = (event: SyncEvent): void => {
    if (event.type !== 'progress' || event.progress.octets === 0) return;
    if (!byWorkers || file === undefined || (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) stop.abort();
  };
  await assert.rejects(sync(from, to, { ...options, signal: stop.signal, onEvent }).run(), { code: 'ABORTED' });
}

/** Runs, and tells from where the one file was continued. */
async function goOn(from: SyncSide, to: SyncSide, options: SyncOptions = {}): Promise<number | undefined> {
  let resumedAt: number | undefined;
  const onEvent = (event: SyncEvent): void => {
    if (event.type === 'done') resumedAt = event.result?.resumedAt ?? resumedAt;
  };
  await succeed(from, to, { ...options, onEvent });
  return resumedAt;
}

test('a download that was broken off goes on where it was, and the client is usable', async (t) => {
  const [root, to] = [await folderOf(t), await folderOf(t)];
  const hash = await writeBig(join(root, 'big'));
  const [source, target] = [{ client: await clientOf(t, disk(root)), path: '/' }, { local: to }];
  await breakOff(source, target);
  const [partial = ''] = await readdir(to);
  assert.match(partial, /^\.twinport-.*\.part$/);
  const { size } = await lstat(join(to, partial));
  assert.ok(size > 0 && size < BIG, String(size));
  assert.deepEqual(brief(await sync(source, target, { delete: true }).plan()), ['transfer big (missing)']);
  assert.equal(await goOn(source, target), size);
  assert.equal(hashOf(await readFile(join(to, 'big'))), hash);
  assert.deepEqual(await readdir(to), ['big']);
  await assertUnchanged(source, target);
});

test('what came before a download was broken off is not gone on with when the source is another by now', async (t) => {
  const [root, to] = [await folderOf(t), await folderOf(t)];
  await writeBig(join(root, 'big'));
  const [source, target] = [{ client: await clientOf(t, disk(root)), path: '/' }, { local: to }];
  await breakOff(source, target);
  await fillFolder(root, { big: 'new' });
  assert.equal(await goOn(source, target, { delete: true }), 0);
  assert.deepEqual(await folderContent(to), { big: 'new' });
});

for (const atomic of [false, true]) {
  test(`an upload that was broken off${atomic ? ', atomic,' : ''} goes on where it was, with a state file`, async (t) => {
    const [from, root] = [await folderOf(t), await folderOf(t)];
    const hash = await writeBig(join(from, 'big'));
    const state = join(await folderOf(t), 'state.json');
    const { server, client } = await serverAndClient(t, disk(root));
    const [source, target] = [{ local: from }, { client, path: '/' }];
    const there = join(root, atomic ? 'big.part' : 'big');
    const ended = uploadEnded(server);
    await breakOff(source, target, { state, atomic }, there);
    await ended;
    const { size } = await lstat(there);
    assert.ok(size > 0 && size < BIG, String(size));
    assert.ok(!('resume' in firstOf(await sync(source, target, { atomic }).plan())), 'without the state nobody knows');
    assert.ok('resume' in firstOf(await sync(source, target, { state, atomic }).plan()));
    assert.equal(await goOn(source, target, { state, atomic, delete: true }), size);
    assert.equal(hashOf(await readFile(join(root, 'big'))), hash);
    assert.deepEqual(await readdir(root), ['big']);
    await assertUnchanged(source, target, { state, atomic });
  });
}

function firstOf({ actions }: SyncPlan): object {
  assert.equal(actions.length, 1);
  return actions[0] ?? {};
}

/** What was under way when an upload was aborted has been written, or never will be. */
function uploadEnded(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.on('transfer', ({ verb, state }) => {
      if (verb === 'STOR' && state !== 'started') resolve();
    });
  });
}

test('an atomic upload that was broken off is gone on with though the old file has the size of the new one', async (t) => {
  const [from, root] = [await folderOf(t), await folderOf(t)];
  const hash = await writeBig(join(from, 'big'));
  await writeFile(join(root, 'big'), Buffer.alloc(BIG));
  await utimes(join(root, 'big'), OLD, new Date(0));
  const state = join(await folderOf(t), 'state.json');
  const { server, client } = await serverAndClient(t, disk(root));
  const [source, target] = [{ local: from }, { client, path: '/' }];
  const ended = uploadEnded(server);
  await breakOff(source, target, { state, atomic: true });
  await ended;
  await goOn(source, target, { state, atomic: true });
  assert.equal(hashOf(await readFile(join(root, 'big'))), hash);
});

test('what comes to the place of a download while that is under way is not replaced', async (t) => {
  const [root, to] = [await folderOf(t), await folderOf(t)];
  await writeBig(join(root, 'big'));
  const client = await clientOf(t, disk(root));
  const onEvent = (event: SyncEvent): void => {
    if (event.type === 'progress') writeFileSync(join(to, 'big'), 'mine now');
  };
  const result = await succeed({ client, path: '/' }, { local: to }, { onEvent });
  assert.deepEqual(
    result.skipped.map(({ path, reason }) => [path, reason]),
    [['big', 'changed']],
  );
  assert.deepEqual(await folderContent(to), { big: 'mine now' });
});

test('what was begun and then replaced by somebody else is written anew', async (t) => {
  const [from, root] = [await folderOf(t), await folderOf(t)];
  const hash = await writeBig(join(from, 'big'));
  const state = join(await folderOf(t), 'state.json');
  const { server, client } = await serverAndClient(t, disk(root));
  const [source, target] = [{ local: from }, { client, path: '/' }];
  const ended = uploadEnded(server);
  await breakOff(source, target, { state });
  await ended;
  await writeFile(join(root, 'big'), 'somebody else was here');
  await goOn(source, target, { state });
  assert.equal(hashOf(await readFile(join(root, 'big'))), hash);
});

test('what a listener throws ends the run, and comes out of it', async (t) => {
  const from = await folderOf(t, TREE);
  const client = await clientOf(t, memory());
  let told = 0;
  const onEvent = (event: SyncEvent): void => {
    if (event.type !== 'done') return;
    told += 1;
    throw new RangeError('enough');
  };
  await assert.rejects(sync({ local: from }, { client, path: '/' }, { onEvent, maxConcurrent: 1 }).run(), RangeError);
  assert.equal(told, 1);
  assert.equal((await client.list('/').toArray()).length, 1);
});

test('two local folders, and one folder in the other, are refused', async (t) => {
  assert.throws(() => sync({ local: '/a' }, { local: '/b' }), { code: 'USAGE' });
  const client = await clientOf(t, memory({ '/a/b': '1' }));
  for (const [from, to] of [
    ['/a', '/a'],
    ['/a', '/a/b'],
    ['/a/b', '/a'],
  ] as const) {
    await assert.rejects(sync({ client, path: from }, { client, path: to }).plan(), { code: 'USAGE' });
  }
});

test('options that cannot be meant are refused', async (t) => {
  const client = await clientOf(t, memory());
  const wrong: unknown[] = [
    { compare: 'newest' },
    { links: 'maybe' },
    { maxDelete: -1 },
    { maxDelete: 'all' },
    { maxConcurrent: 0 },
    { filters: [{ exclude: '' }] },
    { deleteExcluded: true },
  ];
  for (const options of wrong) {
    assert.throws(() => sync({ local: '/a' }, { client, path: '/' }, options as SyncOptions), { code: 'USAGE' });
  }
});

test('a source that is not there deletes nothing', async (t) => {
  const to = await folderOf(t, { a: '1' });
  const client = await clientOf(t, memory({ '/file': '1' }));
  await assert.rejects(sync({ client, path: '/missing' }, { local: to }, { delete: true }).run(), {
    code: 'NOT_FOUND',
  });
  await assert.rejects(sync({ client, path: '/file' }, { local: to }, { delete: true }).run(), { code: 'USAGE' });
  assert.deepEqual(await folderContent(to), { a: '1' });
});

test('links are made again on this machine where they stay inside', async (t) => {
  const root = await folderOf(t, { 'd/f': '1' });
  await symlink('f', join(root, 'd', 'near'));
  await symlink('/etc/passwd', join(root, 'out'));
  const client = await clientOf(t, disk(root));
  const to = await folderOf(t);
  const result = await succeed({ client, path: '/' }, { local: to }, { links: 'copy' });
  assert.equal((await folderContent(to))['out'], undefined);
  assert.deepEqual(
    result.skipped.map(({ path }) => path),
    ['out'],
  );
});
