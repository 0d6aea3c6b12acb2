import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Entry } from '../entry.js';
import { FACTS, formatFactsLine } from '../facts.js';
import { decodeText, encodeText } from '../text.js';
import { formatUnixLine } from '../unix-listing.js';
import { dosSamples } from './dos-samples.test.js';
import { type ListedEntry, isComponent } from './listed-entry.js';
import { listingFormats } from './listing-formats-table.js';
import { ListingParser } from './listing-parser.js';
import { mainframeSamples } from './mainframe-samples.test.js';
import { mlsxSamples } from './mlsx-samples.test.js';
import { now } from './samples.test.js';
import { smallSystemSamples } from './small-system-samples.test.js';
import { unixSamples } from './unix-samples.test.js';
import { vmsSamples } from './vms-samples.test.js';

const systems = [mlsxSamples, unixSamples, dosSamples, vmsSamples, ...smallSystemSamples, ...mainframeSamples];
const sampleLines = systems.flatMap(({ lines, listings }) => [...lines, ...listings.flat()].map(([line]) => line));
const backslashSeparates = new Set(listingFormats.filter((row) => row.backslashSeparates).map((row) => row.format));

/** Any text: of the wire, with the bytes that are not UTF-8, and any UTF-16 at all. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 60 }).map(decodeText),
  fc.string({
    unit: fc.constantFrom(
      ' ',
      '\t',
      '/',
      '\\',
      '.',
      '..',
      ';',
      '=',
      '\0',
      '\r',
      '\n',
      '-> ',
      '[',
      '<DIR>',
      '%',
      '1',
      '日',
    ),
  }),
);
const sample = fc.constantFrom(...sampleLines);
/** A sample with something cut out and something put in. */
const bentSample = fc
  .tuple(sample, fc.nat({ max: 200 }), fc.nat({ max: 12 }), anyText)
  .map(([line, at, length, text]) => line.slice(0, at) + text + line.slice(at + length));
/** The beginning of one sample, and the end of another. */
const joinedSamples = fc
  .tuple(sample, fc.nat({ max: 80 }), sample, fc.nat({ max: 80 }))
  .map(([head, end, tail, start]) => head.slice(0, end) + tail.slice(start));
/** The words of a sample in another order, some twice. */
const shuffledSample = sample.chain((line) => {
  const words = line.split(/(\s+)/);
  return fc.array(fc.constantFrom(...words), { maxLength: words.length + 4 }).map((chosen) => chosen.join(''));
});
const anyLine = fc.oneof(anyText, sample, bentSample, joinedSamples, shuffledSample);

function checkEntry(entry: ListedEntry): void {
  assert.ok(isComponent(entry.name), JSON.stringify(entry));
  assert.doesNotMatch(entry.name, /[/\0\r\n]/);
  assert.ok(!['', '.', '..'].includes(entry.name));
  if (backslashSeparates.has(entry.format)) assert.ok(!entry.name.includes('\\'));
  if (entry.target !== undefined) assert.doesNotMatch(entry.target, /[\0\r\n]/);
  if (entry.size !== undefined) assert.ok(Number.isSafeInteger(entry.size) && entry.size >= 0);
  if (entry.mode !== undefined) assert.ok(entry.mode >= 0 && entry.mode <= 0o7777);
  if (entry.links !== undefined) assert.ok(Number.isFinite(entry.links));
  for (const time of [entry.modified, entry.created]) assert.ok(!Number.isNaN(time?.at.getTime()));
  for (const value of Object.values(entry)) assert.notEqual(value, undefined);
}

test('no listing makes a parser throw, or say a name that leads out of the directory', () => {
  const formats = fc.constantFrom(undefined, ...listingFormats.map((row) => row.format));
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), formats, (lines, format) => {
      const parser = new ListingParser({ now, maxUnparsed: 3, ...(format === undefined ? {} : { format }) });
      let entries = 0;
      for (const line of lines) {
        for (const entry of parser.push(line)) {
          checkEntry(entry);
          assert.ok(line.startsWith(entry.raw) || entry.raw.includes('\n'), 'raw is what came');
          entries += 1;
        }
      }
      assert.deepEqual(parser.end(), []);
      assert.ok(parser.unparsed.length <= 3);
      assert.ok(entries + parser.unparsedCount <= lines.length);
    }),
    { numRuns: 3000 },
  );
});

const word = fc.stringMatching(/^[!-~]{1,12}$/);
const name = fc.uint8Array({ minLength: 1, maxLength: 30 }).map(decodeText).filter(isComponent);
const seconds = fc.integer({ min: -30_610_000_000, max: 253_402_300_799 }).map((second) => new Date(second * 1000));

/** What our own server lists; the owner and the group are words, as it writes them. */
const entry: fc.Arbitrary<Entry> = fc.record({
  name,
  type: fc.constantFrom('file' as const, 'directory' as const, 'other' as const),
  size: fc.maxSafeNat(),
  modified: seconds,
  created: seconds,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  owner: word,
  group: word,
  links: fc.integer({ min: 1, max: 1_000_000 }),
  unique: fc.stringMatching(/^[0-9a-f]{1,12}$/),
});
const link: fc.Arbitrary<Entry> = fc
  .tuple(entry, name, name)
  // Of several arrows the first is taken, as the size of a link is 0 here.
  .filter(([, own, target]) => {
    const text = `${own} -> ${target}`;
    return text.indexOf(' -> ') === own.length && text.lastIndexOf(' -> ') === own.length;
  })
  .map(([base, own, target]) => ({ ...base, type: 'link' as const, size: 0, name: own, target }));

test('a line that our server writes as Unix does reads back as the entry it was written from', () => {
  fc.assert(
    fc.property(fc.oneof(entry, link), (written) => {
      const line = decodeText(encodeText(formatUnixLine(written, now)));
      const parser = new ListingParser({ now });
      const [read, ...more] = parser.push(line);
      assert.deepEqual([more, parser.unparsedCount], [[], 0], line);
      const { type, size, mode, owner, group, links, target } = written;
      const isDay = read?.modified?.precision === 'day';
      const unit = isDay ? 86_400_000 : 60_000;
      const modified = {
        at: new Date(Math.floor(written.modified.getTime() / unit) * unit),
        precision: isDay ? 'day' : 'minute',
        zone: 'server',
      };
      const expected = {
        name: written.name,
        type,
        size,
        mode,
        owner,
        group,
        links,
        modified,
        format: 'unix',
        raw: line,
      };
      assert.deepEqual(read, target === undefined ? expected : { ...expected, target });
    }),
    { numRuns: 1000 },
  );
});

test('a line of facts that our server writes reads back as the entry it was written from', () => {
  const anyOwner = fc.uint8Array({ minLength: 1, maxLength: 12 }).map(decodeText);
  const owned = fc
    .tuple(fc.oneof(entry, link), anyOwner, anyOwner)
    .map(([base, owner, group]) => ({ ...base, owner, group }));
  fc.assert(
    fc.property(owned, (written) => {
      const line = decodeText(encodeText(formatFactsLine(written, written.name, new Set(FACTS), 'r')));
      const parser = new ListingParser({ now });
      const [read, ...more] = parser.push(line);
      assert.deepEqual([more, parser.unparsedCount], [[], 0], line);
      const { facts, ...said } = read ?? {};
      assert.equal(facts?.size, written.type === 'file' ? 9 : 8);
      const { type, size, mode, owner, group, unique } = written;
      const second = { precision: 'second', zone: 'utc' };
      const modified = { at: written.modified, ...second };
      const created = { at: written.created, ...second };
      const expected = {
        name: written.name,
        type,
        modified,
        created,
        mode,
        owner,
        group,
        unique,
        perm: 'r',
        format: 'mlsd',
        raw: line,
      };
      assert.deepEqual(said, type === 'file' ? { ...expected, size } : expected);
    }),
    { numRuns: 1000 },
  );
});
