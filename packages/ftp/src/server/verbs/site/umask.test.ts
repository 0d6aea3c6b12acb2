import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../../protocol/index.js';
import { parseUmask } from './umask.js';

test('a umask is octal; none asks for the current one', () => {
  assert.equal(parseUmask('022'), 0o022);
  assert.equal(parseUmask('0777'), 0o777);
  assert.equal(parseUmask('0'), 0);
  assert.equal(parseUmask(''), undefined);
  assert.equal(parseUmask(undefined), undefined);
});

test('what is no umask is refused', () => {
  for (const text of ['8', '1000', '00022', '-1', 'x', '022 a'])
    assert.throws(() => parseUmask(text), SyntaxFault, text);
});
