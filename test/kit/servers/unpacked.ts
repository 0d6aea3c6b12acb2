import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where scripts/peers.sh unpacks the packages that exclude each other. */
export const UNPACKED = fileURLToPath(new URL('../../../../.test/peers/', import.meta.url));

/** For the programs there. */
export function unpackedEnvironment(): Readonly<Record<string, string>> {
  const libraries = join(UNPACKED, 'usr/lib');
  const folders = existsSync(libraries) ? readdirSync(libraries).filter((name) => name.endsWith('-linux-gnu')) : [];
  return { LD_LIBRARY_PATH: folders.map((name) => join(libraries, name)).join(':') };
}

/** The first of these that can be run. */
export function findProgram(...candidates: readonly string[]): string | undefined {
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false; // not installed here
    }
  });
}

/** Why a program cannot run here, or false: it also takes namespaces to give it users and processes of its own. */
export function missingProgram(name: string, found: string | undefined): string | false {
  if (found === undefined) return `${name} is not installed (npm run peers)`;
  namespaces ??= canMakeNamespaces();
  return namespaces ? false : `${name} needs namespaces (root on Linux)`;
}

let namespaces: boolean | undefined;
function canMakeNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not allowed, or not Linux
  }
}
