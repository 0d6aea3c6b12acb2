import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** Why a test that needs this program is skipped, or false when the program is there. Missing ones are counted by `npm test`. */
export function missing(program: string): string | false {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return false;
  } catch {
    const list = process.env['TWINPORT_MISSING_PEERS'];
    if (list !== undefined) appendFileSync(list, `${program}\n`);
    return `${program} is not installed (npm run peers)`;
  }
}
