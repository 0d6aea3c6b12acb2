import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import type { SyncAction, SyncPlan, SyncSeen } from './contract.js';
import { isPlan } from './json-shapes.js';

const name = fc.string({ minLength: 1 }).filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
/** Records as JSON gives them back. */
function plain<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true });
}

const moment = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const seen: fc.Arbitrary<SyncSeen> = fc.record(
  {
    type: fc.constantFrom('file' as const, 'directory' as const, 'link' as const, 'other' as const),
    size: fc.nat(),
    modified: plain({
      at: moment,
      precision: fc.constantFrom('millisecond' as const, 'second' as const, 'minute' as const, 'day' as const),
      zone: fc.constantFrom('utc' as const, 'server' as const),
    }),
    unique: fc.string(),
    target: fc.string(),
  },
  { requiredKeys: ['type'], noNullPrototype: true },
);
const action: fc.Arbitrary<SyncAction> = fc.oneof(
  plain({ do: fc.constant('make-directory' as const), path }),
  fc.record(
    { do: fc.constant('transfer' as const), path, why: fc.constant('newer' as const), source: seen, replaces: seen },
    { requiredKeys: ['do', 'path', 'why', 'source'], noNullPrototype: true },
  ),
  plain({ do: fc.constant('link' as const), path, target: fc.string() }),
  plain({ do: fc.constant('set-time' as const), path, modified: moment, seen }),
  plain({ do: fc.constant('delete-file' as const), path, seen }),
  plain({ do: fc.constant('delete-directory' as const), path }),
);

const PLAN: SyncPlan = {
  version: 1,
  made: '2024-01-01T00:00:00.000Z',
  from: { kind: 'local', path: '/a' },
  to: { kind: 'remote', host: '127.0.0.1', port: 21, path: '/b' },
  options: { compare: 'newer', delete: false, deleteExcluded: false, links: 'skip', preserveTime: true, filters: [] },
  totals: {
    sourceEntries: 0,
    targetEntries: 0,
    excluded: 0,
    unchanged: 0,
    makeDirectories: 0,
    transfers: 0,
    octets: 0,
    links: 0,
    setTimes: 0,
    deleteFiles: 0,
    deleteDirectories: 0,
    skipped: 0,
    errors: 0,
  },
  actions: [],
  skipped: [],
  errors: [],
};

test('a plan is the same after it has been JSON, and is taken', () => {
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const plan = { ...PLAN, actions };
      const read: unknown = JSON.parse(JSON.stringify(plan));
      assert.ok(isPlan(read));
      assert.deepEqual(read, plan);
    }),
  );
});

for (const unsafe of ['../x', '/x', 'a/../../x', 'a//b', 'a/', '.', '..', 'a\0']) {
  test(`a plan with the path ${JSON.stringify(unsafe)} is refused, whatever is to be done there`, () => {
    fc.assert(fc.property(action, (each) => assert.ok(!isPlan({ ...PLAN, actions: [{ ...each, path: unsafe }] }))));
  });
}

test('no plan deletes, replaces or makes a link of the root', () => {
  fc.assert(
    fc.property(action, (each) => {
      const isPossible = each.do === 'make-directory' || each.do === 'set-time';
      assert.equal(isPlan({ ...PLAN, actions: [{ ...each, path: '' }] }), isPossible);
    }),
  );
});

for (const [claim, broken] of Object.entries({
  'of another version': { ...PLAN, version: 2 },
  'without roots': { ...PLAN, from: undefined },
  'with an unknown action': { ...PLAN, actions: [{ do: 'format', path: 'a' }] },
  'with a size that is a text': {
    ...PLAN,
    actions: [{ do: 'delete-file', path: 'a', seen: { type: 'file', size: '1' } }],
  },
  'with a negative total': { ...PLAN, totals: { ...PLAN.totals, targetEntries: -1 } },
  'that is a list': [],
  'that is nothing': null,
})) {
  test(`a plan ${claim} is refused`, () => assert.ok(!isPlan(broken)));
}
