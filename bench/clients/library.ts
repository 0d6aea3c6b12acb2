import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ClientContestant, type Job, LONGEST_MS, type Sample } from './contract.js';
import type { LibraryName } from './runner.js';

const execute = promisify(execFile);
const runner = fileURLToPath(new URL('runner.js', import.meta.url));

export interface LibraryOptions {
  readonly name: LibraryName;
  readonly can: (job: Pick<Job, 'work' | 'connections'>) => boolean;
  readonly nodeOptions?: readonly string[];
}

/** A library, in a process of its own: `runner.js`, which measures around the calls. */
export function library({ name, can, nodeOptions = [] }: LibraryOptions): ClientContestant {
  return {
    name,
    can,
    missing: () => missingPackage(name),
    async run(job, stop) {
      const args = [...nodeOptions, runner, name, JSON.stringify(job)];
      const { stdout } = await execute(process.execPath, args, { timeout: LONGEST_MS, signal: stop });
      return JSON.parse(stdout) as Sample;
    },
  };
}

function missingPackage(name: LibraryName): string | undefined {
  if (name !== 'basic-ftp') return undefined;
  try {
    import.meta.resolve('basic-ftp');
    return undefined;
  } catch {
    return 'basic-ftp is not installed';
  }
}
