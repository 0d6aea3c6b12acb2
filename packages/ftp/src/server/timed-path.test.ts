import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../protocol/index.js';
import { parseTimedPath } from './timed-path.js';

test('a time is followed by a name, which may hold spaces', () => {
  assert.deepEqual(parseTimedPath('20200131235959 a b'), { time: new Date('2020-01-31T23:59:59Z'), name: 'a b' });
  assert.deepEqual(parseTimedPath('20200131235959.250  a'), { time: new Date('2020-01-31T23:59:59.250Z'), name: ' a' });
});

test('a time or a name alone is refused', () => {
  for (const text of [
    '',
    ' ',
    '20200131235959',
    '20200131235959 ',
    'name',
    ' name',
    '2020 name',
    '20200231000000 name',
  ])
    assert.throws(() => parseTimedPath(text), SyntaxFault, text);
});
