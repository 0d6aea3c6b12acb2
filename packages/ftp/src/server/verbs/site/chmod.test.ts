import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../../protocol/index.js';
import { parseNewMode } from './chmod.js';

test('permissions are followed by a name, which may hold spaces', () => {
  assert.deepEqual(parseNewMode('0755 a b'), { mode: 0o755, name: 'a b' });
});

test('permissions or a name alone are refused', () => {
  for (const text of ['', '644', '644 ', 'a', '999 a', 'u+x a'])
    assert.throws(() => parseNewMode(text), SyntaxFault, text);
});
