import { fileURLToPath } from 'node:url';
import type { ForeignClient } from './foreign-client.js';
import { runProgram } from './run-program.js';

/** The compiler leaves the script where it is, beside the source of this file. */
const SCRIPT = fileURLToPath(new URL('../../kit/ftplib-session.py', import.meta.url));

/**
 * Python's ftplib. On its own it starts a new TLS session for every data connection; with `reuse` it resumes the control
 * connection's, as the recipe that goes around for strict servers has it.
 */
export function ftplibClient({ reuse = false } = {}): ForeignClient {
  return {
    name: 'ftplib',
    program: 'python3',
    async run(target, steps) {
      await runProgram('python3', [SCRIPT, JSON.stringify({ ...target, reuse, steps })], { env: { PYTHONUTF8: '1' } });
    },
    excluded: ({ security }) => (security === 'implicit' ? 'ftplib has no implicit TLS' : false),
  };
}
