import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IfExists, SyncAction, SyncPlan, SyncSeen } from '@twinport/ftp/client';
import { allowedBy } from './copy-tree.js';

const seen = (size: number, at: string): SyncSeen => ({
  type: 'file',
  size,
  modified: { at, precision: 'second', zone: 'utc' },
});
const transfer = (path: string, source: SyncSeen, replaces?: SyncSeen): SyncAction => ({
  do: 'transfer',
  path,
  why: 'always',
  source,
  ...(replaces && { replaces }),
});
const [old, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
const actions: readonly SyncAction[] = [
  { do: 'make-directory', path: 'd' },
  transfer('new', seen(5, old)),
  transfer('newer', seen(5, late), seen(5, old)),
  transfer('older', seen(5, old), seen(3, late)),
  transfer('longer-there', seen(5, old), seen(9, old)),
];

function left(ifExists: IfExists): readonly SyncAction[] {
  return allowedBy({ ifExists }, { actions } as SyncPlan, { kind: 'local', path: 'to' }).actions;
}
const paths = (ifExists: IfExists): string[] => left(ifExists).map(({ path }) => path);

test('in folders too, --if-exists decides what becomes of what is there', () => {
  assert.deepEqual(paths('overwrite'), ['d', 'new', 'newer', 'older', 'longer-there']);
  assert.deepEqual(paths('skip'), ['d', 'new']);
  assert.deepEqual(paths('newer'), ['d', 'new', 'newer']);
  assert.throws(() => left('error'), { code: 'EXISTS', path: 'to/newer' });
});

test('to go on, what is shorter is continued, what is as long is left, what is longer is replaced', () => {
  assert.deepEqual(
    left('resume').map((action) => [action.path, 'resume' in action]),
    [
      ['d', false],
      ['new', false],
      ['older', true],
      ['longer-there', false],
    ],
  );
});
