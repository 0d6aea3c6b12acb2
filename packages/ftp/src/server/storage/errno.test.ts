import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { StorageFault } from './contract.js';
import { faulting, storageFault } from './errno.js';

test('each errno has its code, anything else is failed', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['ENOENT', 'not-found'],
    ['EROFS', 'denied'],
    ['ENOSPC', 'full'],
    ['EDQUOT', 'quota'],
    ['EMFILE', 'busy'],
    ['EXDEV', 'cross-device'],
    ['EIO', 'failed'],
    ['toString', 'failed'],
  ];
  for (const [errno, code] of cases) {
    const cause = Object.assign(new Error('told by the system'), { code: errno });
    const fault = storageFault(cause);
    assert.deepEqual([fault.code, fault.message, fault.cause], [code, 'told by the system', cause]);
  }
  assert.equal(storageFault('text').code, 'failed');
});

test('faulting turns real errors into faults and leaves faults alone', async () => {
  await assert.rejects(
    faulting(() => readFile('/no/such/file')),
    { name: 'StorageFault', code: 'not-found' },
  );
  const fault = new StorageFault('quota', 'enough');
  await assert.rejects(
    faulting(() => Promise.reject(fault)),
    fault,
  );
});
