import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseLanguage } from './lang.js';

test('a language tag is read in any case; none is none', () => {
  assert.equal(parseLanguage('EN'), 'en');
  assert.equal(parseLanguage('fr-CA'), 'fr-ca');
  assert.equal(parseLanguage(undefined), undefined);
  assert.equal(parseLanguage(''), undefined);
});

test('what is no language tag is refused', () => {
  for (const text of ['e n', 'en-', '-', 'en_US', 'abcdefghi', '*'])
    assert.throws(() => parseLanguage(text), SyntaxFault, text);
});
