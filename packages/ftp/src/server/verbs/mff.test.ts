import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseNewFacts } from './mff.js';

test('facts are followed by a name, which may hold spaces', () => {
  const { facts, name } = parseNewFacts('Modify=20200131235959;UNIX.mode=0644; a b');
  assert.equal(name, 'a b');
  assert.deepEqual(
    [...facts],
    [
      ['modify', '20200131235959'],
      ['unix.mode', '0644'],
    ],
  );
});

test('no fact, or no name, is refused', () => {
  for (const text of [
    '',
    ' name',
    '; name',
    'name',
    'Modify; name',
    'Modify=20200131235959;',
    'Modify=20200131235959; ',
  ])
    assert.throws(() => parseNewFacts(text), SyntaxFault, text);
});
