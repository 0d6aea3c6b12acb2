import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { SyncRoot, SyncSeen } from './contract.js';
import { SyncState } from './state.js';

const from: SyncRoot = { kind: 'local', path: '/a' };
const to: SyncRoot = { kind: 'remote', host: '127.0.0.1', port: 21, path: '/b' };
const seen: SyncSeen = {
  type: 'file',
  size: 1,
  modified: { at: '2024-01-01T00:00:00.000Z', precision: 'second', zone: 'utc' },
};

async function statePath(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinport-state-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'state.json');
}

test('what was copied, what was begun and what was forgotten is there after saving', async (t) => {
  const path = await statePath(t);
  const state = await SyncState.load(path, { from, to });
  state.start('a', seen, { isInPlace: true });
  state.start('b', seen, { isInPlace: true });
  state.finish('b', { source: seen, target: seen });
  state.start('c', seen, { isInPlace: true });
  state.finish('c', { source: seen, target: seen });
  state.forget('c');
  state.finish('__proto__', { source: seen, target: seen });
  await state.save();
  const again = await SyncState.load(path, { from, to });
  assert.ok(again.wasStarted('a', seen));
  assert.ok(!again.wasStarted('a', { ...seen, size: 2 }));
  assert.ok(!again.wasStarted('b', seen));
  assert.deepEqual(again.synced('b'), { source: seen, target: seen });
  assert.deepEqual(again.synced('__proto__'), { source: seen, target: seen });
  assert.equal(again.synced('c'), undefined);
  assert.equal(again.synced('a'), undefined);
});

test('a file that was copied before is not once it is being overwritten', async (t) => {
  const state = await SyncState.load(await statePath(t), { from, to });
  state.finish('a', { source: seen, target: seen });
  state.start('a', seen, { isInPlace: true });
  assert.equal(state.synced('a'), undefined);
  state.finish('b', { source: seen, target: seen });
  state.start('b', seen, { isInPlace: false });
  assert.ok(state.synced('b'), 'written beside it, so it still is what it was');
  await state.save();
});

test('the state of other folders is refused', async (t) => {
  const path = await statePath(t);
  await (await SyncState.load(path, { from, to })).save();
  await assert.rejects(SyncState.load(path, { from, to: { ...to, path: '/c' } }), { code: 'USAGE' });
  await assert.rejects(SyncState.load(path, { from: { kind: 'local', path: '/c' }, to }), { code: 'USAGE' });
});

for (const content of ['', '{', '[]', '{}', '{"version":1}', 'null']) {
  test(`a file with ${JSON.stringify(content)} is no state, and is left as it is`, async (t) => {
    const path = await statePath(t);
    await writeFile(path, content);
    await assert.rejects(SyncState.load(path, { from, to }), { code: 'USAGE' });
    assert.equal(await readFile(path, 'utf8'), content);
  });
}

test('a state that cannot be written is an error of the run', async (t) => {
  const path = join(await statePath(t), 'not-a-folder', 'state.json');
  const state = await SyncState.load(path, { from, to });
  await assert.rejects(state.save(), { code: 'NOT_FOUND' });
});
