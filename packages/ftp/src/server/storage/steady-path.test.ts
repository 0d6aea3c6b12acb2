import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { AttributeReader } from './disk-list.js';
import { type Held, Jail } from './disk-jail.js';
import { steadyPath } from './steady-path.js';

const onLinux = { skip: process.platform !== 'linux' && 'directories are held by descriptors on Linux only' };
/** When nothing that was made in this test is new any more. */
const later = (): number => Date.now() + 60_000;

/** `root/above/folder` with some files in it, held. */
async function place(context: TestContext): Promise<{ root: string; held: Held; jail: Jail }> {
  const root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'twinport-steady-'));
  fs.mkdirSync(join(root, 'above/folder'), { recursive: true });
  fs.writeFileSync(join(root, 'above/folder/a'), 'inside');
  fs.mkdirSync(join(root, 'outside/folder'), { recursive: true });
  fs.writeFileSync(join(root, 'outside/folder/a'), 'what is nobody’s business');
  const jail = new Jail(root);
  const held = await jail.hold('/above/folder', 'directory');
  context.after(() => {
    held.close();
    fs.rmSync(root, { recursive: true });
  });
  return { root, held, jail };
}

test('a path is steady once nothing on it is new, whatever happens in its last directory', onLinux, async (context) => {
  const { root, held } = await place(context);
  assert.equal(steadyPath(held), undefined, 'made just now');
  const steady = steadyPath(held, later());
  fs.writeFileSync(join(root, 'above/folder/b'), '');
  fs.writeFileSync(join(root, 'outside/folder/b'), '');
  assert.equal(steady?.(), true);
});

test('a directory above that is swapped is noticed, also when it is swapped back', onLinux, async (context) => {
  const { root, held } = await place(context);
  const steady = steadyPath(held, later());
  assert.equal(steady?.(), true);
  fs.renameSync(join(root, 'above'), join(root, 'aside'));
  assert.equal(steady?.(), false);
  assert.equal(steadyPath(held, later()), undefined, 'gone');
  fs.symlinkSync('outside', join(root, 'above'));
  assert.equal(steady?.(), false);
  assert.equal(steadyPath(held, later()), undefined, 'another directory');
  fs.unlinkSync(join(root, 'above'));
  fs.symlinkSync('aside', join(root, 'above'));
  assert.equal(steadyPath(held, later()), undefined, 'through a link');
  fs.unlinkSync(join(root, 'above'));
  fs.renameSync(join(root, 'aside'), join(root, 'above'));
  assert.equal(steady?.(), false);
  assert.equal(steadyPath(held, later())?.(), true);
});

test('what was read while the path changed is read again from the held directory', onLinux, async (context) => {
  const { root, held, jail } = await place(context);
  fs.renameSync(join(root, 'above'), join(root, 'aside'));
  fs.renameSync(join(root, 'outside'), join(root, 'above'));
  const listed = { held, pace: jail.pace, owners: { users: new Map(), groups: new Map() } };
  let asked = 0;
  const steady = (): boolean => {
    asked += 1;
    return false;
  };
  const reader = new AttributeReader(listed, 1_000, { steady });
  for (let time = 0; time < 2; time += 1) assert.equal((await reader.read(['a'], 0)).found[0]?.size, 'inside'.length);
  assert.equal(asked, 1);
});
