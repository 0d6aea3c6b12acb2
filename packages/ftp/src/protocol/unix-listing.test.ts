import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Entry } from './entry.js';
import { formatUnixLine, isListable } from './unix-listing.js';

const now = new Date('2024-07-15T12:00:00Z');
const file: Entry = {
  name: 'report.txt',
  type: 'file',
  size: 1234,
  modified: new Date('2024-07-02T15:04:59Z'),
  mode: 0o644,
  owner: 'owner',
  group: 'group',
  links: 1,
  unique: 'u1',
};

const line = (change: Partial<Entry>) => formatUnixLine({ ...file, ...change }, now);
const dateOf = (modified: string | number) => line({ modified: new Date(modified) }).slice(47, 59);

test('a line looks like one of ls -l', () => {
  assert.equal(line({}), '-rw-r--r--    1 owner    group            1234 Jul 02 15:04 report.txt');
  assert.equal(
    line({ type: 'directory', mode: 0o755, links: 12, size: 4096, name: 'a b' }),
    'drwxr-xr-x   12 owner    group            4096 Jul 02 15:04 a b',
  );
  assert.equal(
    line({ type: 'link', mode: 0o777, name: 'latest', target: '../x y' }),
    'lrwxrwxrwx    1 owner    group            1234 Jul 02 15:04 latest -> ../x y',
  );
  assert.equal(line({ type: 'other', mode: 0o600 }).slice(0, 10), 'prw-------');
});

test('a wide value widens its column and keeps the space before it', () => {
  assert.match(line({ size: Number.MAX_SAFE_INTEGER }), / 9007199254740991 Jul/);
  assert.match(line({ links: 123_456, owner: 'administrators' }), /^-rw-r--r-- 123456 administrators group /);
});

test('all permission bits are shown, set-uid, set-gid and sticky too', () => {
  const table = [
    [0o000, '---------'],
    [0o777, 'rwxrwxrwx'],
    [0o421, 'r---w---x'],
    [0o653, 'rw-r-x-wx'],
    [0o4755, 'rwsr-xr-x'],
    [0o4655, 'rwSr-xr-x'],
    [0o2755, 'rwxr-sr-x'],
    [0o2745, 'rwxr-Sr-x'],
    [0o1777, 'rwxrwxrwt'],
    [0o1776, 'rwxrwxrwT'],
    [0o7777, 'rwsrwsrwt'],
    [0o7000, '--S--S--T'],
    [0o100644, 'rw-r--r--'],
  ] as const;
  for (const [mode, expected] of table) assert.equal(line({ mode }).slice(1, 10), expected, mode.toString(8));
});

test('the hour is shown within six months back and a day ahead, else the year', () => {
  const [sixMonths, day] = [15_778_476_000, 86_400_000];
  const table: readonly (readonly [modified: string | number, expected: string])[] = [
    ['2024-07-15T12:00:00Z', 'Jul 15 12:00'],
    ['2024-02-29T00:00:00Z', 'Feb 29 00:00'],
    [now.getTime() - sixMonths + 1, 'Jan 14 21:05'],
    [now.getTime() - sixMonths, 'Jan 14  2024'],
    [now.getTime() + day, 'Jul 16 12:00'],
    [now.getTime() + day + 1, 'Jul 16  2024'],
    ['2023-12-31T23:59:59Z', 'Dec 31  2023'],
    ['1970-01-01T00:00:00Z', 'Jan 01  1970'],
    ['1969-12-31T23:59:59.999Z', 'Dec 31  1969'],
    ['9999-12-31T23:59:59Z', 'Dec 31  9999'],
  ];
  for (const [modified, expected] of table) assert.equal(dateOf(modified), expected);
});

test('a time without a four-digit year is shown as 1970', () => {
  for (const modified of [Number.NaN, 8.64e15, -8.64e15]) assert.equal(dateOf(modified), 'Jan 01  1970');
});

test('the same minute is shown anew when the clock has moved on', () => {
  const later = new Date('2025-07-15T12:00:00Z');
  assert.match(formatUnixLine(file, now), / Jul 02 15:04 /);
  assert.match(formatUnixLine(file, later), / Jul 02 {2}2024 /);
  assert.match(formatUnixLine(file, now), / Jul 02 15:04 /);
});

test('owner and group are one word each', () => {
  assert.match(line({ owner: 'Domain Users', group: 'a\tb\r\nc\0' }), / 1 Domain_Users a_b__c_ /);
  assert.match(line({ owner: '', group: ' ' }), / 1 _ {8}_ {8}/);
});

test('a target that would break the line is left out', () => {
  for (const target of ['a\r\nb', 'a\nb', 'a\0b', ''])
    assert.ok(line({ type: 'link', target }).endsWith(' report.txt'));
  assert.ok(line({ type: 'file', target: 'x' }).endsWith(' report.txt'));
});

test('a name that is empty or holds CR, LF or NUL cannot be listed', () => {
  for (const name of ['', '\n', 'a\r', '\0a']) assert.equal(isListable(name), false);
  for (const name of ['a', ' ', '.', '\t', '\u2028', '\uDC8A']) assert.equal(isListable(name), true);
});

test('a line reads back with the columns of ls, whatever the entry', () => {
  const columns =
    /^(?<type>[-dlp])(?<mode>[-rwxsStT]{9}) +(?<links>\d+) (?<owner>\S+) +(?<group>\S+) +(?<size>\d+) (?<date>[A-Z][a-z]{2} \d\d (?:\d\d:\d\d| \d{4})) (?<name>.*)$/su;
  const entry = fc.record({
    name: fc.string({ unit: 'binary', minLength: 1 }).filter(isListable),
    type: fc.constantFrom('file' as const, 'directory' as const, 'other' as const),
    size: fc.maxSafeNat(),
    modified: fc.date({ noInvalidDate: false }),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    owner: fc.string({ unit: 'binary' }),
    group: fc.string({ unit: 'binary' }),
    links: fc.nat(),
    unique: fc.constant('u'),
  });
  fc.assert(
    fc.property(entry, (value) => {
      const groups = columns.exec(formatUnixLine(value, now))?.groups ?? {};
      assert.equal(groups['name'], value.name);
      assert.equal(groups['size'], String(value.size));
      assert.equal(groups['links'], String(value.links));
    }),
  );
});
