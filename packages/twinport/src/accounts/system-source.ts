import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { unmatchableHash, verifyPassword } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';
import { ANSWER_MS } from './program-source.js';
import type { AccountSource } from './source.js';
import { isHash, verifyHash } from './verify-hash.js';

const DAY_MS = 86_400_000;
/** What getent exits with for a name that is not there. */
const NOT_FOUND = 2;

/**
 * The accounts of this system, of whatever it takes them from (`getent`). Only root can read their hashes. Refused are root,
 * those whose shell is not in /etc/shells or whose name is in /etc/ftpusers, and those that are locked or have expired.
 */
export function systemSource(): AccountSource {
  const nobody = unmatchableHash();
  return {
    async login({ user, password }) {
      const [name, , uid, , , directory = '/', shell = ''] = await entryOf('passwd', user);
      // A number is looked up as an ID.
      if (name !== user) return 'unknown';
      const shadow = await entryOf('shadow', user);
      const [, hash = ''] = shadow;
      if (hash === '' && process.getuid?.() !== 0)
        throw new AdministrationFault(
          'the hashes of system accounts can be read by root only: start the server as root',
        );
      const matches = await (isHash(hash) ? verifyHash(password, hash) : verifyPassword(password, nobody));
      const barred = uid === '0' || isOver(shadow) || !(await hasLine('/etc/shells', shell));
      return matches && !barred && !(await hasLine('/etc/ftpusers', user))
        ? { name, settings: { directory } }
        : 'refused';
    },
  };
}

function entryOf(database: 'passwd' | 'shadow', name: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    execFile('getent', [database, '--', name], { timeout: ANSWER_MS }, (error, stdout) => {
      if (error && error.code !== NOT_FOUND)
        reject(new AdministrationFault(`getent ${database} failed: ${String(error.code ?? error.signal)}`));
      else resolve(stdout.replace(/\n.*$/s, '').split(':'));
    });
  });
}

/** shadow(5): the account has expired, or its password has, or must be changed first. Days since 1970. */
function isOver([, , changed = '', , maximum = '', , , expires = '']: readonly string[]): boolean {
  const today = Math.floor(Date.now() / DAY_MS);
  const lasts = maximum === '' ? Number.POSITIVE_INFINITY : Number(maximum);
  return changed === '0' || today > Number(changed) + lasts || (expires !== '' && today >= Number(expires));
}

async function hasLine(path: string, text: string): Promise<boolean> {
  const content = await readFile(path, 'utf8').catch(() => ''); // a file that is not there lists nothing
  return content.split('\n').some((line) => line.trim() === text);
}
