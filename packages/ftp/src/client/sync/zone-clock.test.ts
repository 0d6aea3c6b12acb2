import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncSeen, SyncTime } from './contract.js';
import { ZoneClock } from './zone-clock.js';

const listed = (at: string, precision: SyncTime['precision'] = 'minute'): SyncTime => ({
  at,
  precision,
  zone: 'server',
});
const exact = (at: string): SyncTime => ({ at, precision: 'second', zone: 'utc' });
const file = (modified: SyncTime): SyncSeen => ({ type: 'file', size: 1, modified });

const SUMMER = '2026-07-01T12:00:00.000Z';
const WINTER = '2026-01-01T12:00:00.000Z';

test('a zone that was learnt from one file makes the times of the others UTC', () => {
  const clock = new ZoneClock();
  const here = file(exact('2026-07-02T10:30:59.000Z'));
  const there = file(listed('2026-07-02T12:30:00.000Z'));
  assert.equal(clock.align(there, here), there, 'nothing is known yet');
  clock.learn(listed(SUMMER), exact('2026-07-01T10:00:42.000Z'));
  assert.deepEqual(clock.align(there, here).modified, {
    at: '2026-07-02T10:30:00.000Z',
    precision: 'minute',
    zone: 'utc',
  });
});

test('a time that no offset makes the other one stays as it is', () => {
  const clock = new ZoneClock();
  clock.learn(listed(SUMMER), exact('2026-07-01T10:00:42.000Z'));
  const there = file(listed('2026-07-02T12:30:00.000Z'));
  assert.equal(clock.align(there, file(exact('2026-07-02T10:31:00.000Z'))), there);
});

test('summer and winter have an offset each', () => {
  const clock = new ZoneClock();
  clock.learn(listed(SUMMER), exact('2026-07-01T10:00:00.000Z'));
  clock.learn(listed(WINTER), exact('2026-01-01T11:00:00.000Z'));
  for (const [there, here] of [
    ['2026-07-05T12:00:00.000Z', '2026-07-05T10:00:30.000Z'],
    ['2026-01-05T12:00:00.000Z', '2026-01-05T11:00:30.000Z'],
  ] as const) {
    assert.equal(clock.align(file(listed(there)), file(exact(here))).modified?.zone, 'utc');
  }
});

test('what is no offset of a zone, or too coarse to tell, teaches nothing', () => {
  const clock = new ZoneClock();
  clock.learn(listed(SUMMER), exact('2026-07-01T10:07:00.000Z'));
  clock.learn(listed(SUMMER), exact('2026-06-01T10:00:00.000Z'));
  clock.learn(listed(SUMMER, 'day'), exact('2026-07-01T10:00:00.000Z'));
  clock.learn(listed(SUMMER), listed(SUMMER));
  const there = file(listed(SUMMER));
  assert.equal(clock.align(there, file(exact('2026-07-01T11:53:00.000Z'))), there);
  assert.equal(clock.align(there, file(exact(SUMMER))), there);
});
