import assert from 'node:assert/strict';
import test from 'node:test';
import { type SyncVerdict, compareFiles } from './compare.js';
import type { SyncCompare, SyncSeen, SyncTime } from './contract.js';

const EXACT = { precision: 'millisecond', zone: 'utc' } as const;
const NOON: SyncTime = { at: '2024-05-01T12:00:00.000Z', ...EXACT };

function file(size: number | undefined, modified?: SyncTime, unique?: string): SyncSeen {
  return {
    type: 'file',
    ...(size === undefined ? {} : { size }),
    ...(modified === undefined ? {} : { modified }),
    ...(unique === undefined ? {} : { unique }),
  };
}

function at(text: string, precision: SyncTime['precision'] = 'millisecond', zone: SyncTime['zone'] = 'utc'): SyncTime {
  return { at: new Date(text).toISOString(), precision, zone };
}

const noon = file(5, NOON);

interface Row {
  readonly claim: string;
  readonly compare?: SyncCompare;
  readonly source: SyncSeen;
  readonly target: SyncSeen | undefined;
  readonly is: SyncVerdict;
  /** Where the first answer is `ask-facts`: what becomes of it when nothing more can be learned. */
  readonly asked?: SyncVerdict;
}

const ROWS: readonly Row[] = [
  { claim: 'nothing at the target', source: noon, target: undefined, is: 'missing' },
  { claim: 'the same size and time', source: noon, target: noon, is: 'same' },
  { claim: 'another size, the same time', source: noon, target: file(6, NOON), is: 'size' },
  { claim: 'another size, the target newer', source: noon, target: file(6, at('2025-01-01T00:00Z')), is: 'size' },
  { claim: 'newer by a millisecond', source: noon, target: file(5, at('2024-05-01T11:59:59.999Z')), is: 'newer' },
  { claim: 'older', source: noon, target: file(5, at('2024-05-01T12:00:00.001Z')), is: 'same' },
  {
    claim: 'a fraction of a second that the target does not show',
    source: file(5, at('2024-05-01T12:00:00.999Z')),
    target: file(5, at('2024-05-01T12:00:00Z', 'second')),
    is: 'same',
  },
  {
    claim: 'a second later than the target shows',
    source: file(5, at('2024-05-01T12:00:01Z')),
    target: file(5, at('2024-05-01T12:00:00Z', 'second')),
    is: 'newer',
  },
  {
    claim: 'within the minute that the target shows',
    source: noon,
    target: file(5, at('2024-05-01T12:00Z', 'minute')),
    is: 'same',
  },
  {
    claim: 'after the minute that the target shows',
    source: noon,
    target: file(5, at('2024-05-01T11:59Z', 'minute')),
    is: 'newer',
  },
  {
    claim: 'within the day that the target shows',
    source: noon,
    target: file(5, at('2024-05-01T00:00Z', 'day')),
    is: 'same',
  },
  {
    claim: 'after the day that the target shows',
    source: noon,
    target: file(5, at('2024-04-30T00:00Z', 'day')),
    is: 'newer',
  },
  {
    claim: 'hours after a time of an unknown zone',
    source: noon,
    target: file(5, at('2024-05-01T03:00Z', 'minute', 'server')),
    is: 'ask-facts',
    asked: 'same',
  },
  {
    claim: 'a day after a time of an unknown zone',
    source: noon,
    target: file(5, at('2024-04-30T11:00Z', 'minute', 'server')),
    is: 'newer',
  },
  {
    claim: 'a source whose zone is unknown, hours after the target',
    source: file(5, at('2024-05-01T20:00Z', 'minute', 'server')),
    target: noon,
    is: 'ask-facts',
    asked: 'same',
  },
  {
    claim: 'a source whose zone is unknown, days before the target',
    source: file(5, at('2024-04-20T20:00Z', 'minute', 'server')),
    target: noon,
    is: 'same',
  },
  { claim: 'a target without time', source: noon, target: file(5), is: 'ask-facts', asked: 'same' },
  { claim: 'a source without time', source: file(5), target: noon, is: 'ask-facts', asked: 'same' },
  {
    claim: 'a target without size',
    source: noon,
    target: file(undefined, at('2020-01-01T00:00Z')),
    is: 'ask-facts',
    asked: 'newer',
  },
  { claim: 'size: another time', compare: 'size', source: noon, target: file(5, at('2020-01-01T00:00Z')), is: 'same' },
  { claim: 'size: another size', compare: 'size', source: noon, target: file(6, NOON), is: 'size' },
  { claim: 'size: unknown', compare: 'size', source: file(undefined), target: noon, is: 'ask-facts', asked: 'same' },
  { claim: 'hash: the same size and time', compare: 'hash', source: noon, target: noon, is: 'ask-hash' },
  { claim: 'hash: another size', compare: 'hash', source: noon, target: file(6, NOON), is: 'size' },
  {
    claim: 'hash: unknown size',
    compare: 'hash',
    source: file(undefined),
    target: noon,
    is: 'ask-facts',
    asked: 'ask-hash',
  },
  { claim: 'always', compare: 'always', source: noon, target: noon, is: 'always' },
  { claim: 'always, nothing there', compare: 'always', source: noon, target: undefined, is: 'missing' },
];

for (const { claim, compare = 'newer', source, target, is, asked } of ROWS) {
  test(`${claim}: ${is}${asked === undefined ? '' : `, then ${asked}`}`, () => {
    assert.equal(compareFiles(compare, source, target), is);
    assert.equal(compareFiles(compare, source, target, { asked: true }), asked ?? is);
  });
}

const uploaded = file(5, at('2024-06-01T00:00Z', 'second'), 'u1');
const synced = { source: file(5, NOON, 'inode-1'), target: uploaded };

for (const { claim, source, target, is } of [
  { claim: 'both as they were', source: synced.source, target: uploaded, is: 'same' },
  {
    claim: 'the source is another file with the same facts',
    source: file(5, NOON, 'inode-2'),
    target: uploaded,
    is: 'same',
  },
  {
    claim: 'the source is newer, yet older than the upload',
    source: file(5, at('2024-05-02T00:00Z')),
    target: uploaded,
    is: 'newer',
  },
  {
    claim: 'the source was put back to an older one',
    source: file(5, at('2023-01-01T00:00Z')),
    target: uploaded,
    is: 'newer',
  },
  { claim: 'the source has another size', source: file(4, NOON), target: uploaded, is: 'size' },
  {
    claim: 'somebody replaced the target by an older file',
    source: noon,
    target: file(5, at('2020-01-01T00:00Z'), 'u2'),
    is: 'newer',
  },
  {
    claim: 'the listing shows only the day by now',
    source: noon,
    target: file(5, at('2024-06-01T00:00Z', 'day')),
    is: 'same',
  },
] satisfies { claim: string; source: SyncSeen; target: SyncSeen; is: SyncVerdict }[]) {
  test(`with a state file, ${claim}: ${is}`, () => {
    assert.equal(compareFiles('newer', source, target, { synced }), is);
  });
}
