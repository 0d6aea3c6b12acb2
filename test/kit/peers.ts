import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** Why a test that needs this program is skipped, or false when the program is there. Missing ones are counted by `npm test`. */
export function missing(program: string): string | false {
  if (optional(program) === false) return false;
  recordMissing(program);
  return `${program} is not installed (npm run peers)`;
}

/** The same for a program that `npm run peers` cannot install: nobody is asked for it. */
export function optional(program: string): string | false {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return false;
  } catch {
    return `${program} is not installed`;
  }
}

/** Has `npm test` count and name it among what its tests were skipped for. */
export function recordMissing(name: string): void {
  const list = process.env['TWINPORT_MISSING_PEERS'];
  if (list !== undefined) appendFileSync(list, `${name}\n`);
}
