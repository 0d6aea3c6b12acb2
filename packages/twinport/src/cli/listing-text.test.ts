import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemoteEntry } from '@twinport/ftp/client';
import { entryRecord } from './entry-record.js';
import { RAW_NAMES, inColumns, longLine, nameText, sizeWidthOf, timeText } from './entry-text.js';
import { finder } from './find.js';
import { sortEntries } from './sort-entries.js';
import { statText } from './stat.js';

const entry = (name: string, more: Partial<RemoteEntry> = {}): RemoteEntry => ({
  name,
  path: `/pub/${name}`,
  type: 'file',
  format: 'mlsd',
  raw: '',
  ...more,
});
const at = new Date('2026-01-02T03:04:05.678Z');
const time = (day: number): RemoteEntry['modified'] & object => ({
  at: new Date(Date.UTC(2026, 0, day)),
  precision: 'second',
  zone: 'utc',
});
const long = { ...RAW_NAMES, human: false, sizeWidth: 10 };

test('the long format is the same whatever the server says: - for what it does not say', () => {
  const full = entry('a.txt', { size: 1234, mode: 0o644, modified: { at, precision: 'second', zone: 'utc' } });
  assert.equal(longLine(full, long), 'f 0644       1234 2026-01-02 03:04:05Z a.txt');
  assert.equal(longLine(entry('b'), long), 'f    -          - -                    b');
  assert.equal(
    longLine(entry('d', { type: 'directory', size: 4096 }), long),
    'd    -          - -                    d',
  );
  assert.equal(
    longLine(entry('l', { type: 'link', target: 'a.txt' }), long),
    'l    -          - -                    l -> a.txt',
  );
  assert.equal(longLine(full, { ...long, human: true, sizeWidth: 8 }), 'f 0644  1.2 KiB 2026-01-02 03:04:05Z a.txt');
});

test('a time is as exact as the server said it, and Z is only where it is UTC', () => {
  assert.equal(timeText({ at, precision: 'millisecond', zone: 'utc' }), '2026-01-02 03:04:05Z');
  assert.equal(timeText({ at, precision: 'minute', zone: 'server' }), '2026-01-02 03:04');
  assert.equal(timeText({ at, precision: 'day', zone: 'server' }), '2026-01-02');
});

test('the size column is as wide as the largest size', () => {
  assert.equal(sizeWidthOf([entry('a', { size: 123_456_789_012 })], false), 12);
  assert.equal(sizeWidthOf([entry('a', { size: 1 })], false), 10);
});

test('names are escaped for a terminal and raw elsewhere', () => {
  const evil = entry('a\u001b[31m');
  assert.equal(nameText(evil, RAW_NAMES), 'a\u001b[31m');
  assert.equal(nameText(evil, { ...RAW_NAMES, escape: true }), 'a\\u{1b}[31m');
  assert.ok(!statText(evil).includes('\u001b'));
});

test('columns are filled downwards and fit the terminal', () => {
  const names = ['aaaa', 'b', 'cc', 'ddd', 'e'];
  assert.deepEqual(inColumns(names, names, 15), ['aaaa  cc   e', 'b     ddd']);
  assert.deepEqual(inColumns(names, names, 80), ['aaaa  b  cc  ddd  e']);
  assert.deepEqual(inColumns(names, names, 5), names);
  assert.deepEqual(inColumns([], [], 80), []);
});

test('entries are sorted by name, size or time, or not at all', () => {
  const all = [
    entry('b', { size: 1, modified: time(3) }),
    entry('a', { size: 3 }),
    entry('C', { size: 2, modified: time(5) }),
  ];
  const names = (key: 'name' | 'size' | 'time' | 'none', reverse = false): string =>
    sortEntries(all, key, reverse)
      .map(({ name }) => name)
      .join('');
  assert.deepEqual([names('name'), names('size'), names('time'), names('none')], ['Cab', 'aCb', 'Cba', 'baC']);
  assert.equal(names('size', true), 'bCa');
});

test('an entry in JSON has all that is known and nothing made up', () => {
  assert.deepEqual(entryRecord(entry('a')), { name: 'a', path: '/pub/a', type: 'file', format: 'mlsd' });
  assert.deepEqual(
    entryRecord(
      entry('a', {
        size: 0,
        mode: 0o755,
        owner: 'ann',
        links: 1,
        modified: { at, precision: 'minute', zone: 'server' },
      }),
    ),
    {
      name: 'a',
      path: '/pub/a',
      type: 'file',
      size: 0,
      modified: '2026-01-02T03:04:05.678Z',
      precision: 'minute',
      zone: 'server',
      mode: '0755',
      owner: 'ann',
      links: 1,
      format: 'mlsd',
    },
  );
});

test('find: what the server does not say of an entry matches no condition on it', () => {
  const modified = { at, precision: 'second', zone: 'utc' } as const;
  assert.ok(finder({ name: ['*.txt', '*.md'] })(entry('a.md')));
  assert.ok(!finder({ name: ['*.txt'] })(entry('a.md')));
  assert.ok(finder({ type: 'd' })(entry('d', { type: 'directory' })));
  assert.ok(!finder({ minSize: 0 })(entry('a')));
  assert.ok(finder({ minSize: 10, maxSize: 10 })(entry('a', { size: 10 })));
  assert.ok(!finder({ maxSize: 9 })(entry('a', { size: 10 })));
  assert.ok(finder({ newerThan: at })(entry('a', { modified })));
  assert.ok(!finder({ olderThan: at })(entry('a', { modified })));
  assert.ok(!finder({ newerThan: at })(entry('a')));
});
