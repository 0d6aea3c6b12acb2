import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dosSamples } from './dos-samples.test.js';
import { listingFormats } from './listing-formats-table.js';
import { ListingParser, MAX_LISTING_LINE_LENGTH, MAX_UNPARSED_LINES } from './listing-parser.js';
import { mainframeSamples } from './mainframe-samples.test.js';
import { mlsxSamples } from './mlsx-samples.test.js';
import { type Expected, type Sample, checkLine, entryOf, now } from './samples.test.js';
import { smallSystemSamples } from './small-system-samples.test.js';
import { unixSamples } from './unix-samples.test.js';
import { vmsSamples } from './vms-samples.test.js';

const systems = [mlsxSamples, unixSamples, dosSamples, vmsSamples, ...smallSystemSamples, ...mainframeSamples];
/** Lines that could be anything: read when the caller names the format, or a header before them does. */
const toldByCaller: ReadonlySet<string> = new Set(['x=1;y=2; a', 'NOSTATS']);
const line = (date: string) => `-rw-r--r--   1 alice    staff        1234 ${date} a.txt`;
const yearAt = (clock: string, date: string) =>
  new ListingParser({ now: new Date(clock) }).push(line(date))[0]?.modified?.at.getUTCFullYear();
const unixLine = line('Jan  2 03:04');

for (const { format, lines, listings } of systems) {
  test(`each line of ${format} is read for what it says, and its format is found out`, () => {
    for (const sample of lines) checkLine(new ListingParser({ now }), sample, format);
    for (const listing of listings) {
      const parser = new ListingParser({ now });
      for (const sample of listing) checkLine(parser, sample, format);
    }
  });

  test(`a listing of ${format} reads the same when the caller names the format`, () => {
    for (const listing of [...lines.map((sample) => [sample]), ...listings]) {
      const parser = new ListingParser({ now, format });
      for (const sample of listing.filter(([text]) => !toldByCaller.has(text))) checkLine(parser, sample, format);
    }
  });

  test(`no other format takes a line of ${format} for one of its own`, () => {
    const others = listingFormats.filter((row) => row.format !== format && row.format !== 'names');
    for (const [text] of [...lines, ...listings.flat()].filter(([, outcome]) => typeof outcome !== 'string')) {
      for (const row of others) {
        const reading = row.createReader({ now: now.getTime(), zoneMs: 0, isChosen: false }).read(text);
        assert.equal(reading, 'refused', `${row.format} takes ${text}`);
      }
    }
  });
}

test('every format has samples', () => {
  const covered = new Set<string>(systems.map(({ format }) => format));
  assert.deepEqual(
    listingFormats.map((row) => row.format).filter((format) => !covered.has(format)),
    ['names'],
  );
  assert.ok(systems.flatMap(({ lines, listings }) => [...lines, ...listings.flat()]).length >= 330);
});

test('a listing that mixes systems is read all the same', () => {
  const parser = new ListingParser({ now });
  for (let round = 0; round < 2; round += 1) {
    for (const { format, lines } of systems.filter((system) => system.format !== 'pds' && system.format !== 'jes')) {
      // Dates without a fixed order, and names with versions, depend on the lines before.
      if (['dos', 'os400', 'zvm', 'vms'].includes(format)) continue;
      for (const sample of lines) checkLine(parser, sample, format);
    }
  }
});

test('the first entry, or a header, decides which format is tried first', () => {
  const parser = new ListingParser({ now });
  assert.equal(parser.format, undefined);
  parser.push('nonsense');
  assert.equal(parser.format, undefined);
  parser.push(unixLine);
  assert.equal(parser.format, 'unix');
  parser.push('type=file; a');
  assert.equal(parser.format, 'unix');
  parser.push('Directory DISK$USER:[ANONYMOUS]');
  assert.equal(parser.format, 'vms');
});

test('with a named format no other is tried', () => {
  const parser = new ListingParser({ now, format: 'dos' });
  assert.deepEqual(parser.push(unixLine), []);
  assert.deepEqual(parser.unparsed, [unixLine]);
});

test('names alone are a listing only when the caller says so', () => {
  const samples: readonly Sample[] = [
    ['a.txt', { name: 'a.txt', type: 'file' }],
    [' two words ', { name: ' two words ', type: 'file' }],
    [unixLine, { name: unixLine, type: 'file' }],
    ['pub/docs/a.txt', { name: 'a.txt', type: 'file' }],
    ['/a.txt', { name: 'a.txt', type: 'file' }],
    ['docs/', { name: 'docs', type: 'directory' }],
    ['C:\\x', { name: 'C:\\x', type: 'file' }],
    ['..', 'skipped'],
    ['pub/.', 'skipped'],
    ['/', 'unparsed'],
    ['a//', 'unparsed'],
    ['a\0', 'unparsed'],
  ];
  const parser = new ListingParser({ now, format: 'names' });
  for (const sample of samples) checkLine(parser, sample, 'names');
  const guessing = new ListingParser({ now });
  for (const name of ['a.txt', 'docs/', 'README', 'A;B', 'MEMBER', 'a b c d'])
    assert.deepEqual(guessing.push(name), []);
  assert.equal(guessing.unparsedCount, 6);
});

test('members without statistics are read without a header when the caller names the format', () => {
  const parser = new ListingParser({ now, format: 'pds' });
  checkLine(parser, ['NOSTATS', { name: 'NOSTATS', type: 'file' }], 'pds');
});

test("times without a zone are of the server's clock", () => {
  const expected = (modified: string): Expected => ({ ...base, modified });
  const base = {
    name: 'a.txt',
    type: 'file',
    mode: 0o644,
    links: 1,
    owner: 'alice',
    group: 'staff',
    size: 1234,
  } as const;
  const table: readonly (readonly [zone: number, date: string, at: string])[] = [
    [120, 'Jan  2 03:04', '2024-01-02T01:04'],
    [-300, 'Jan  2 03:04', '2024-01-02T08:04'],
    [0, 'Jan  2 03:04', '2024-01-02T03:04'],
    // It is 21:00 there already, so 20:30 tomorrow is not more than a day ahead, and 21:30 is.
    [540, 'Jul 16 20:30', '2024-07-16T11:30'],
    [540, 'Jul 16 21:30', '2023-07-16T12:30'],
    [-720, 'Jul 16 00:00', '2024-07-16T12:00'],
    [-720, 'Jul 16 00:01', '2023-07-16T12:01'],
  ];
  for (const [zoneMinutes, date, at] of table) {
    const [entry] = new ListingParser({ now, zoneMinutes }).push(line(date));
    assert.deepEqual(entry, entryOf(expected(at), line(date), 'unix'), `${date} at ${zoneMinutes}`);
  }
  const zoned = '-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04:05 +0100 a.txt';
  const [entry] = new ListingParser({ now, zoneMinutes: 120 }).push(zoned);
  assert.deepEqual(entry, entryOf(expected('2024-01-02T02:04:05Z'), zoned, 'unix'));
  const [day] = new ListingParser({ now, zoneMinutes: 120 }).push(line('Jan  2  2024'));
  assert.equal(day?.modified?.at.toISOString(), '2024-01-01T22:00:00.000Z');
});

test('around New Year a date without a year is of the nearest one', () => {
  assert.equal(yearAt('2024-01-01T00:30:00Z', 'Dec 31 23:59'), 2023);
  assert.equal(yearAt('2023-12-31T23:30:00Z', 'Jan  1 00:10'), 2024);
  assert.equal(yearAt('2023-12-30T23:30:00Z', 'Jan  1 00:10'), 2023);
  assert.equal(yearAt('2025-03-01T00:00:00Z', 'Feb 29 10:00'), 2024);
  assert.equal(yearAt('2024-02-28T10:00:00Z', 'Feb 29 10:00'), 2024);
  assert.equal(yearAt('2024-02-28T09:59:00Z', 'Feb 29 10:00'), 2020);
  assert.equal(yearAt('2103-03-01T00:00:00Z', 'Feb 29 10:00'), 2096);
});

test('lines that nobody understands are kept up to a limit, and all counted', () => {
  const parser = new ListingParser({ now });
  for (let index = 0; index < MAX_UNPARSED_LINES + 5; index += 1)
    assert.deepEqual(parser.push(`nonsense ${index}`), []);
  assert.equal(parser.unparsed.length, MAX_UNPARSED_LINES);
  assert.equal(parser.unparsed[0], 'nonsense 0');
  assert.equal(parser.unparsedCount, MAX_UNPARSED_LINES + 5);
  const few = new ListingParser({ now, maxUnparsed: 1 });
  few.push('one');
  few.push('two');
  assert.deepEqual([few.unparsed, few.unparsedCount], [['one'], 2]);
});

test('a line longer than the limit is not read', () => {
  const padding = 'x'.repeat(MAX_LISTING_LINE_LENGTH);
  const parser = new ListingParser({ now });
  assert.equal(parser.push(`type=file; ${padding}`.slice(0, MAX_LISTING_LINE_LENGTH)).length, 1);
  assert.equal(parser.push(`type=file; ${padding}`.slice(0, MAX_LISTING_LINE_LENGTH + 1)).length, 0);
  assert.equal(parser.unparsedCount, 1);
  assert.equal(parser.unparsed[0]?.length, MAX_LISTING_LINE_LENGTH);
  const short = new ListingParser({ now, maxLineLength: 12 });
  assert.equal(short.push('type=file; a').length, 1);
  assert.equal(short.push('type=file; ab').length, 0);
  assert.deepEqual(short.unparsed, ['type=file; a']);
});

test('a name that waits for its second line is not understood when that does not come', () => {
  const first = 'A_LONG_NAME.TXT;1';
  const ended = new ListingParser({ now });
  assert.deepEqual([ended.push(first), ended.unparsedCount], [[], 0]);
  assert.deepEqual(ended.end(), []);
  assert.deepEqual(ended.unparsed, [first]);
  assert.deepEqual([ended.end(), ended.unparsedCount], [[], 1]);
  const interrupted = new ListingParser({ now });
  interrupted.push(first);
  assert.equal(interrupted.push('B.TXT;1   5  29-JAN-1996 03:33')[0]?.name, 'B.TXT');
  interrupted.push(first);
  assert.equal(interrupted.push(unixLine)[0]?.name, 'a.txt');
  interrupted.push(first);
  interrupted.push('ANOTHER.TXT;1');
  assert.equal(interrupted.push('      5  29-JAN-1996 03:33')[0]?.name, 'ANOTHER.TXT');
  interrupted.push(first);
  interrupted.push('     nonsense');
  assert.deepEqual(interrupted.unparsed, [first, first, first, first, '     nonsense']);
});
