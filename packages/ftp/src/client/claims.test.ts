import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Claims } from './claims.js';

test('a name that was given back twice is still its next holder’s', () => {
  const claims = new Claims();
  const release = claims.claim('/a', '/b');
  release();
  claims.claim('/a');
  release();
  assert.throws(() => claims.claim('/a'), { code: 'IN_USE' });
  claims.claim('/b');
});
