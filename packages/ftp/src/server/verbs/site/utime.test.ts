import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../../protocol/index.js';
import { parseUtime } from './utime.js';

const texts: [string, string, string][] = [
  ['202001312359 a b', '2020-01-31T23:59:00Z', 'a b'],
  ['20200131235958 a', '2020-01-31T23:59:58Z', 'a'],
  ['a b 20190101000000 20200131235958 20210101000000 UTC', '2020-01-31T23:59:58Z', 'a b'],
  ['a 20190101000000 20200131235958 20210101000000 utc', '2020-01-31T23:59:58Z', 'a'],
];

for (const [text, time, name] of texts) {
  test(`SITE UTIME ${text} sets ${time}`, () => assert.deepEqual(parseUtime(text), { time: new Date(time), name }));
}

test('other forms are refused', () => {
  const others = ['', 'a', '202001312359', '202001312359 ', '2020013123595 a', '202013012359 a'];
  for (const text of [
    ...others,
    'a 20190101000000 20200131235958 UTC',
    'a 20191301000000 20200131235958 20210101000000 UTC',
  ])
    assert.throws(() => parseUtime(text), SyntaxFault, text);
});
