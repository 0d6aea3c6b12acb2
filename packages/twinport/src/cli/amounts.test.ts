import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatRate, formatSize, formatTaken, formatTimeLeft, parseSize, parseSpan } from './amounts.js';

test('sizes have three digits at most, in steps of 1024', () => {
  const table: readonly (readonly [octets: number, text: string])[] = [
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [102_300, '99.9 KiB'],
    [102_400, '100 KiB'],
    [1024 * 1024 - 1, '1.0 MiB'],
    [3_565_158, '3.4 MiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [2000 * 1024 ** 5, '2000 PiB'],
  ];
  for (const [octets, text] of table) assert.equal(formatSize(octets), text);
  assert.equal(formatRate(2048), '2.0 KiB/s');
});

test('no size up to a pebibyte takes more than eight characters', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1024 ** 5, noNaN: true }), (octets) => formatSize(octets).length <= 8),
  );
});

test('the time left is rounded up and has at most eight characters', () => {
  const table: readonly (readonly [seconds: number, text: string])[] = [
    [0, '0:00'],
    [0.2, '0:01'],
    [59.5, '1:00'],
    [754, '12:34'],
    [3599.1, '1:00:00'],
    [11_045, '3:04:05'],
    [86_399, '23:59:59'],
    [86_400, '1d 00h'],
    [183_600, '2d 03h'],
    [Infinity, '--:--'],
    [NaN, '--:--'],
  ];
  for (const [seconds, text] of table) assert.equal(formatTimeLeft(seconds), text);
  fc.assert(fc.property(fc.double({ min: 0 }), (seconds) => formatTimeLeft(seconds).length <= 8));
});

test('the time taken is said in the units that matter', () => {
  const table: readonly (readonly [milliseconds: number, text: string])[] = [
    [0, '0.0 s'],
    [2100, '2.1 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ];
  for (const [milliseconds, text] of table) assert.equal(formatTaken(milliseconds), text);
});

test('sizes and spans are read as people write them, and nothing else', () => {
  const sizes: readonly (readonly [text: string, octets: number | undefined])[] = [
    ['0', 0],
    ['800', 800],
    ['64K', 65_536],
    ['64k', 65_536],
    ['2M', 2_097_152],
    ['2MiB', 2_097_152],
    ['2MB', 2_097_152],
    ['1.5G', 1_610_612_736],
    ['12 ', 12],
    ['', undefined],
    ['-1', undefined],
    ['2 M', undefined],
    ['2X', undefined],
    ['1e3', undefined],
    ['9999999P', undefined],
  ];
  for (const [text, octets] of sizes) assert.equal(parseSize(text), octets, text);
  assert.equal(parseSpan('90s'), 90_000);
  assert.equal(parseSpan('1.5h'), 5_400_000);
  assert.equal(parseSpan('2d'), 172_800_000);
  assert.equal(parseSpan('1w'), 604_800_000);
  for (const text of ['', '2', 'd', '2 years', '-2d']) assert.equal(parseSpan(text), undefined, text);
});
