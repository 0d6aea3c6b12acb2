import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { displayWidth } from '../display-width.js';
import { paintFor, unpainted } from '../style.js';
import { type FileProgress, type TotalProgress, fileLine, percentOf, rowsOf, totalLine } from './layout.js';

const file: FileProgress = {
  name: 'pub/distributions/image.iso',
  octets: 471_859_200,
  total: 1_048_576_000,
  rate: 3_565_158,
};
const total: TotalProgress = {
  filesDone: 3,
  filesTotal: 12,
  octets: 471_859_200,
  total: 1_048_576_000,
  rate: 3_565_158,
  dataPath: 'passive EPSV',
};

test('a line at 80 columns has name, bar, percent, size, rate and time left', () => {
  assert.equal(fileLine(file, 80), 'pub/distributions/image.iso    [#####       ]  45%  450 MiB  3.4 MiB/s     2:42');
  assert.equal(totalLine(total, 80), '3/12 files  45%  450 MiB of 1000 MiB  3.4 MiB/s  2:42 left  passive EPSV');
});

test('what does not fit is left out, the name last', () => {
  assert.equal(fileLine(file, 60), 'pub/distribu…ns/image.iso  45%  450 MiB  3.4 MiB/s     2:42');
  assert.equal(fileLine(file, 45), 'pub/distr…image.iso  45%  3.4 MiB/s     2:42');
  assert.equal(fileLine(file, 20), 'pub/di…age.iso  45%');
  assert.equal(totalLine(total, 60), '3/12 files  45%  450 MiB of 1000 MiB  3.4 MiB/s  2:42 left');
  assert.equal(totalLine(total, 50), '3/12 files  45%  3.4 MiB/s  2:42 left');
  assert.equal(totalLine(total, 20), '3/12 files  45%');
});

test('a file of unknown size has no percentage, and no time left', () => {
  const line = fileLine({ ...file, total: undefined }, 80);
  assert.match(line, /\[\?{12}\] {7}450 MiB {2}3\.4 MiB\/s {4}--:--$/);
  assert.equal(percentOf(5, undefined), undefined);
});

test('100 % is for what is complete', () => {
  assert.equal(percentOf(999_999, 1_000_000), 99);
  assert.equal(percentOf(1_000_000, 1_000_000), 100);
  assert.equal(percentOf(0, 0), 100);
  assert.equal(percentOf(12, 10), 100);
});

const amount = fc.integer({ min: 0, max: 2 ** 52 });

test('at every width from 20 to 200 no line reaches the last column, and file lines end in the one before it', () => {
  const files = fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
    octets: amount,
    total: fc.option(amount, { nil: undefined }),
    rate: amount,
  });
  const totals = fc.record({
    filesDone: amount,
    filesTotal: amount,
    octets: amount,
    total: fc.option(amount, { nil: undefined }),
    rate: amount,
    dataPath: fc.option(fc.constantFrom('passive EPSV', 'active PORT'), { nil: undefined }),
  });
  fc.assert(
    fc.property(files, totals, fc.integer({ min: 20, max: 200 }), (one, all, columns) => {
      const width = displayWidth(fileLine(one, columns));
      assert.ok(width <= columns - 1 && width >= columns - 2, `${width} of ${columns}`);
      assert.ok(displayWidth(totalLine(all, columns)) <= columns - 1);
    }),
  );
});

test('colours add no width, and NO_COLOR, --no-color and TERM=dumb take them away', () => {
  const paint = paintFor({ isTTY: true }, {}, {});
  assert.notEqual(fileLine(file, 80, paint), fileLine(file, 80));
  assert.equal(unpainted(fileLine(file, 80, paint)), fileLine(file, 80));
  for (const [flags, env] of [
    [{ color: false }, {}],
    [{}, { NO_COLOR: '1' }],
    [{}, { TERM: 'dumb' }],
  ] as const)
    assert.equal(totalLine(total, 80, paintFor({ isTTY: true }, flags, env)), totalLine(total, 80));
  assert.equal(totalLine(total, 80, paintFor({}, {}, {})), totalLine(total, 80));
});

test('lines that a narrower terminal has wrapped are counted by the rows they take now', () => {
  assert.equal(rowsOf([79, 79], 80), 2);
  assert.equal(rowsOf([79, 79], 40), 4);
  assert.equal(rowsOf([0, 10], 40), 2);
});
