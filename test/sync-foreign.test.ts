import assert from 'node:assert/strict';
import { chmod, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import { type SyncOptions, type SyncPlan, type SyncSide, createPool, sync } from '@twinport/ftp/client';
import { fillFolder, folderContent } from './kit/folder-content.js';
import { SERVER_NAMES, type ServerName, foreignServer, missingServer } from './kit/foreign-servers.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const TREE = { 'a.txt': 'one', 'b/c d.txt': 'two', 'b/d/é.txt': 'three', 'empty/': '', zero: '' };

interface Sides {
  readonly here: { readonly local: string };
  readonly there: SyncSide;
  readonly root: string;
}

async function sidesOf(t: TestContext, name: ServerName, files: Readonly<Record<string, string>> = {}): Promise<Sides> {
  const server = await foreignServer(t, name, { files });
  const { host, port, user, password } = server;
  const client = createPool({ host, port, user, password });
  t.after(() => client.destroy());
  return {
    here: { local: await temporaryFolder(t) },
    there: { client, path: server.loginDirectory },
    root: server.root,
  };
}

function brief({ actions, skipped, errors }: SyncPlan): readonly unknown[] {
  return [
    ...actions.map((action) => `${action.do} ${action.path}${action.do === 'transfer' ? ` (${action.why})` : ''}`),
    ...skipped,
    ...errors,
  ];
}

async function succeed(from: SyncSide, to: SyncSide, options?: SyncOptions): Promise<void> {
  const result = await sync(from, to, options).run();
  assert.deepEqual([result.errors, result.stoppedBy, result.complete], [[], undefined, true]);
}

for (const name of SERVER_NAMES) {
  void describe(name, { skip: missingServer(name) }, () => {
    test('an upload is the same tree; then nothing is to do, until something is newer', async (t) => {
      const { here, there, root } = await sidesOf(t, name, { 'gone/f': '1', 'a.txt': 'other' });
      await fillFolder(here.local, TREE);
      await succeed(here, there, { delete: true });
      assert.deepEqual(await folderContent(root), await folderContent(here.local));
      assert.deepEqual(brief(await sync(here, there, { delete: true }).plan()), []);
      await writeFile(join(here.local, 'a.txt'), 'ONE');
      await utimes(join(here.local, 'a.txt'), new Date(), new Date('2020-02-03T04:05:08Z'));
      assert.deepEqual(brief(await sync(here, there).plan()), ['transfer a.txt (newer)']);
      await succeed(here, there);
      assert.deepEqual(brief(await sync(here, there).plan()), []);
    });

    test('a download is the same tree; then nothing is to do', async (t) => {
      const { here, there, root } = await sidesOf(t, name, {
        'a.txt': 'one',
        'b/c d.txt': 'two',
        'b/d/é.txt': 'three',
      });
      await fillFolder(here.local, { 'gone/f': '1', 'a.txt': 'other' });
      await succeed(there, here, { delete: true });
      assert.deepEqual(await folderContent(here.local), await folderContent(root));
      assert.deepEqual(brief(await sync(there, here, { delete: true }).plan()), []);
    });

    test('a folder that may not be read is an error, not an empty folder', async (t) => {
      const { here, there, root } = await sidesOf(t, name, { f: '1', 'empty/x': '1' });
      await chmod(join(root, 'empty'), 0o311);
      await fillFolder(here.local, { f: '1', 'empty/y': '1' });
      const plan = await sync(there, here, { delete: true, compare: 'size' }).plan();
      assert.deepEqual(plan.actions, []);
      assert.deepEqual(
        plan.errors.map(({ path, side }) => [path, side]),
        [['empty', 'from']],
      );
    });

    test('with a state file an unchanged tree is known to be that', async (t) => {
      const { here, there } = await sidesOf(t, name);
      const state = join(await temporaryFolder(t), 'state.json');
      await fillFolder(here.local, TREE);
      await succeed(here, there, { state, preserveTime: false });
      assert.deepEqual(brief(await sync(here, there, { state, preserveTime: false }).plan()), []);
    });
  });
}
