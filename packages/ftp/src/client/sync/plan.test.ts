import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { SyncAction, SyncOptions, SyncPlan } from './contract.js';
import { LocalSide } from './local-side.js';
import { makePlan } from './plan.js';
import { settingsOf } from './settings.js';

/** Making a plan asks nothing of a side but what {@link LocalSide} does, so two folders are enough to see what it plans. */
class TwoFolders {
  readonly from: string;
  readonly to: string;

  constructor(base: string) {
    this.from = join(base, 'from');
    this.to = join(base, 'to');
  }

  static async create(context: TestContext): Promise<TwoFolders> {
    const base = await mkdtemp(join(tmpdir(), 'twinport-plan-'));
    context.after(() => rm(base, { recursive: true, force: true }));
    const folders = new TwoFolders(base);
    await mkdir(folders.from);
    await mkdir(folders.to);
    return folders;
  }

  async plan(options: SyncOptions = {}): Promise<SyncPlan> {
    const sides = { from: new LocalSide(this.from), to: new LocalSide(this.to) };
    const roots = { from: await sides.from.describe(), to: await sides.to.describe() };
    return makePlan(sides, roots, settingsOf(options), undefined);
  }
}

/** A path that ends in a slash is a folder; all files are of one time. */
async function fill(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith('/')) {
      await mkdir(join(root, path), { recursive: true });
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await utimes(join(root, path), 1_700_000_000, 1_700_000_000);
  }
}

function brief(plan: SyncPlan): string[] {
  return plan.actions.map(describe);
}

function describe(action: SyncAction): string {
  const why = action.do === 'transfer' ? ` (${action.why})` : '';
  const first = 'first' in action ? ' first' : '';
  return `${action.do} ${action.path}${why}${first}`;
}

function skips(plan: SyncPlan): string[] {
  return plan.skipped.map(({ path, reason }) => `${path}: ${reason}`).toSorted();
}

test('a tree that is the same needs nothing', async (t) => {
  const folders = await TwoFolders.create(t);
  for (const root of [folders.from, folders.to]) await fill(root, { a: '1', 'b/c': '2', 'b/d/': '' });
  const plan = await folders.plan({ delete: true });
  assert.deepEqual([plan.actions, plan.skipped, plan.errors], [[], [], []]);
  assert.equal(plan.totals.unchanged, 2);
  assert.equal(plan.totals.sourceEntries, 4);
});

test('folders come before what is in them, deletions last and from the bottom up', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'x/y/z': '1', a: '22', same: '1' });
  await fill(folders.to, { a: '1', same: '1', 'old/deep/f': '1', 'old/g': '1' });
  const plan = await folders.plan({ delete: true });
  assert.deepEqual(brief(plan), [
    'make-directory x',
    'make-directory x/y',
    'transfer a (size)',
    'transfer x/y/z (missing)',
    'delete-file old/deep/f',
    'delete-file old/g',
    'delete-directory old/deep',
    'delete-directory old',
  ]);
  assert.deepEqual([plan.totals.octets, plan.totals.targetEntries], [3, 6]);
});

test('without delete nothing is deleted', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.to, { 'old/f': '1' });
  assert.deepEqual(brief(await folders.plan()), []);
});

test('a target that is not there is made', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { f: '1' });
  await rm(folders.to, { recursive: true });
  assert.deepEqual(brief(await folders.plan()), ['make-directory ', 'transfer f (missing)']);
});

test('a source that is not there, or is a file, is an error and not an empty folder', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.to, { f: '1' });
  await rm(folders.from, { recursive: true });
  await assert.rejects(folders.plan({ delete: true }), { code: 'NOT_FOUND' });
  await writeFile(folders.from, '');
  await assert.rejects(folders.plan({ delete: true }), { code: 'USAGE' });
});

test('what filters exclude is neither copied nor deleted, and folders around it stay', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'a.log': '1', 'cache/x': '1', b: '1' });
  await fill(folders.to, { 'c.log': '1', 'old/d.log': '1', 'old/e': '1', 'cache/y': '1' });
  const filters = [{ exclude: '*.log' }, { exclude: 'cache/' }];
  const plan = await folders.plan({ delete: true, filters });
  assert.deepEqual(brief(plan), ['transfer b (missing)', 'delete-file old/e']);
  assert.deepEqual(brief(await folders.plan({ delete: true, deleteExcluded: true, filters })), [
    'transfer b (missing)',
    'delete-file c.log',
    'delete-file cache/y',
    'delete-file old/d.log',
    'delete-file old/e',
    'delete-directory cache',
    'delete-directory old',
  ]);
});

test('a folder in the place of a file is a conflict; with delete it is replaced', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { f: '1', 'd/x': '1' });
  await fill(folders.to, { 'f/old': '1', d: '1' });
  const plan = await folders.plan();
  assert.deepEqual([brief(plan), skips(plan)], [[], ['d: conflict', 'f: conflict']]);
  assert.deepEqual(brief(await folders.plan({ delete: true })), [
    'delete-file d first',
    'delete-file f/old first',
    'delete-directory f first',
    'make-directory d',
    'transfer d/x (missing)',
    'transfer f (missing)',
  ]);
});

test('a folder that holds something excluded is not replaced by a file', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { f: '1' });
  await fill(folders.to, { 'f/keep.me': '1', 'f/other': '1' });
  const plan = await folders.plan({ delete: true, filters: [{ exclude: '*.me' }] });
  assert.deepEqual([brief(plan), skips(plan)], [[], ['f: conflict']]);
});

test('links are skipped, and what has their names on the target stays', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { f: '1' });
  await symlink('f', join(folders.from, 'link'));
  await fill(folders.to, { f: '1', link: 'x' });
  const plan = await folders.plan({ delete: true });
  assert.deepEqual([brief(plan), skips(plan)], [[], ['link: link']]);
});

test('links are followed, but not back to a folder above', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'a/f': '1', 'b/': '' });
  await symlink('../b', join(folders.from, 'a', 'to-b'));
  await symlink('../a', join(folders.from, 'b', 'to-a'));
  await symlink('.', join(folders.from, 'self'));
  await symlink('a/f', join(folders.from, 'file'));
  await symlink('nowhere', join(folders.from, 'dangling'));
  const plan = await folders.plan({ links: 'follow' });
  assert.deepEqual(brief(plan), [
    'make-directory a',
    'make-directory b',
    'make-directory a/to-b',
    'make-directory b/to-a',
    'transfer a/f (missing)',
    'transfer b/to-a/f (missing)',
    'transfer file (missing)',
  ]);
  assert.deepEqual(skips(plan), ['a/to-b/to-a: loop', 'b/to-a/to-b: loop', 'dangling: link', 'self: loop']);
});

test('links are copied if they stay inside of the target', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'd/f': '1' });
  await fill(folders.to, { 'd/f': '1' });
  await symlink('f', join(folders.from, 'd', 'near'));
  await symlink('../d/f', join(folders.from, 'd', 'far'));
  await symlink('../../etc', join(folders.from, 'd', 'out'));
  await symlink('/etc', join(folders.from, 'absolute'));
  await symlink('d', join(folders.from, 'same'));
  await symlink('d', join(folders.to, 'same'));
  const plan = await folders.plan({ links: 'copy' });
  assert.deepEqual(brief(plan), ['link d/far', 'link d/near']);
  assert.deepEqual(skips(plan), ['absolute: link-outside', 'd/out: link-outside']);
});

test('a link on the target is never followed', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'd/f': '1' });
  await symlink(tmpdir(), join(folders.to, 'd'));
  const plan = await folders.plan();
  assert.deepEqual([brief(plan), skips(plan)], [[], ['d: conflict']]);
  assert.deepEqual(brief(await folders.plan({ delete: true })), [
    'delete-file d first',
    'make-directory d',
    'transfer d/f (missing)',
  ]);
});

test('where the target folds names, one of two is reported and neither deleted', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { A: '1', a: '22', 'CAFE\u0301': '1' });
  await fill(folders.to, { a: '22', 'caf\u00e9': '1' });
  const plan = await folders.plan({ foldNames: true, delete: true });
  assert.deepEqual([brief(plan), skips(plan)], [[], ['A: collision']]);
  assert.deepEqual(brief(await folders.plan({ foldNames: false })), [
    'transfer A (missing)',
    'transfer CAFE\u0301 (missing)',
  ]);
});

test('below maxDepth nothing is touched', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { 'a/b/c/f': '1' });
  await fill(folders.to, { 'a/b/c/old': '1', 'x/y/z/old': '1' });
  const plan = await folders.plan({ maxDepth: 2, delete: true });
  assert.deepEqual([brief(plan), skips(plan)], [[], ['a/b/c: too-deep', 'x/y/z: too-deep']]);
});

test('hash: equal content needs its time only, other content is copied', async (t) => {
  const folders = await TwoFolders.create(t);
  await fill(folders.from, { a: '12', b: '12', c: '12' });
  await fill(folders.to, { a: '12', b: '21', c: '12' });
  await utimes(join(folders.to, 'c'), 1_600_000_000, 1_600_000_000);
  const plan = await folders.plan({ compare: 'hash' });
  assert.deepEqual(brief(plan), ['transfer b (hash)', 'set-time c']);
  assert.deepEqual(brief(await folders.plan({ compare: 'hash', preserveTime: false })), ['transfer b (hash)']);
});

test('what an aborted download left is not copied; with delete it goes, unless it can be continued', async (t) => {
  const folders = await TwoFolders.create(t);
  const partial = `.twinport-${'0'.repeat(24)}.part`;
  await fill(folders.from, { [partial]: '1' });
  assert.deepEqual(brief(await folders.plan()), []);
  await fill(folders.to, { [partial]: '1' });
  assert.deepEqual(brief(await folders.plan()), []);
  assert.deepEqual(brief(await folders.plan({ delete: true })), [`delete-file ${partial}`]);
});

test(
  'a folder that cannot be read is reported, and what the target has there stays',
  { skip: process.getuid?.() === 0 && 'root reads everything' },
  async (t) => {
    const folders = await TwoFolders.create(t);
    await fill(folders.from, { 'd/f': '1' });
    await fill(folders.to, { 'd/old': '1' });
    await chmod(join(folders.from, 'd'), 0);
    t.after(() => chmod(join(folders.from, 'd'), 0o700));
    const plan = await folders.plan({ delete: true });
    assert.deepEqual(brief(plan), []);
    assert.deepEqual(
      plan.errors.map(({ path, side, code }) => [path, side, code]),
      [['d', 'from', 'PERMISSION']],
    );
  },
);
