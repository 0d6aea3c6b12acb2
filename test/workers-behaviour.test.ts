// A part of the behaviour suites, run again with two real worker processes; TWINPORT_WORKERS=2 npm test -- NAME runs others so.
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from './kit/run-program.js';

const SUITES = ['sessions', 'session-ends', 'transfers', 'transfer-abort'];
/** Milliseconds. */
const TIME_LIMIT = 240_000;

for (const suite of SUITES) {
  test(`${suite}, with two workers`, async () => {
    const file = fileURLToPath(new URL(`${suite}.test.js`, import.meta.url));
    // Else it would write for a machine, not a reader.
    await runProgram('env', ['-u', 'NODE_TEST_CONTEXT', process.execPath, file], {
      env: { TWINPORT_WORKERS: '2' },
      timeoutMs: TIME_LIMIT,
    });
  });
}
