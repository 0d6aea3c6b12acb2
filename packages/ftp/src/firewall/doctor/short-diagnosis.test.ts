import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortDiagnosis } from './short-diagnosis.js';

test('what a server sees of a data connection is explained in the words of the knowledge base', () => {
  assert.match(shortDiagnosis('passive', 'TIMEOUT') ?? '', /^RANGE_DROP: .*no rule lets through/);
  assert.match(shortDiagnosis('active', 'TIMEOUT') ?? '', /^ACTIVE_DROP: /);
  assert.match(shortDiagnosis('active', 'REFUSED') ?? '', /^ACTIVE_CLOSED: /);
  assert.match(shortDiagnosis('passive', 'STALLED') ?? '', /^DATA_STALL_PMTU: /);
  assert.equal(shortDiagnosis('passive', 'ABORTED'), undefined);
});
