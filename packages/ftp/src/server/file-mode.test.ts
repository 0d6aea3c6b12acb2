import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SyntaxFault } from '../protocol/index.js';
import { formatFileMode, parseFileMode } from './file-mode.js';

test('permissions are octal, with or without a zero before them', () => {
  assert.equal(parseFileMode('644'), 0o644);
  assert.equal(parseFileMode('0644'), 0o644);
  assert.equal(parseFileMode('04755'), 0o4755);
  assert.equal(parseFileMode('0'), 0);
});

test('permissions come back as they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), (mode) => assert.equal(parseFileMode(formatFileMode(mode)), mode)),
  );
});

test('anything else is refused', () => {
  for (const text of ['', '8', '-1', '0x1ff', '10000', '77777', '000644', 'u+x', ' 644', '644 '])
    assert.throws(() => parseFileMode(text), SyntaxFault, text);
});
