import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Credentials, unmatchableHash, verifyPassword } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';
import { ANSWER_MS, askProgram } from './ask-program.js';
import type { PamQuestion } from './pam-program.js';
import type { AccountSource } from './source.js';
import { isHash, verifyHash } from './verify-hash.js';

const PAM_PROGRAM = fileURLToPath(new URL('pam-program.js', import.meta.url));
/** PAM lets seconds go by after a wrong password. */
const PAM_MS = 30_000;
const PAM_SUCCESS = '0';
const DAY_MS = 86_400_000;
/** What getent exits with for a name that is not there. */
const NOT_FOUND = 2;

export interface SystemSourceOptions {
  /** A file of /etc/pam.d, by which PAM decides. Default: we do, by the hash in shadow(5). */
  readonly pamService?: string | undefined;
}

/**
 * The accounts of this system, of whatever it takes them from (`getent`). Refused is root; where PAM is not asked also who is
 * locked or has expired, whose shell is not in /etc/shells, and whose name is in /etc/ftpusers.
 */
export function systemSource({ pamService }: SystemSourceOptions = {}): AccountSource {
  const isRight = pamService === undefined ? byShadow() : byPam(pamService);
  return {
    async login(credentials) {
      const { user } = credentials;
      const [name, , uid, , , directory = '/', shell = ''] = await entryOf('passwd', user);
      // A number is looked up as an ID.
      if (name !== user) return 'unknown';
      return (await isRight(credentials, shell)) && uid !== '0' ? { name, settings: { directory } } : 'refused';
    },
  };
}

type Check = (credentials: Credentials, shell: string) => Promise<boolean>;

function byPam(service: string): Check {
  return async ({ user, password, remoteAddress }) => {
    // PAM's texts end at a NUL.
    if (password.includes('\0')) return false;
    const question: PamQuestion = { service, user, password, remoteAddress };
    const said = await askProgram(process.execPath, [PAM_PROGRAM], JSON.stringify(question), PAM_MS).catch(
      (cause: unknown) => {
        throw new AdministrationFault('PAM cannot be asked: it needs libpam.so.0, and the package koffi', { cause });
      },
    );
    return said === PAM_SUCCESS;
  };
}

function byShadow(): Check {
  const nobody = unmatchableHash();
  return async ({ user, password }, shell) => {
    const entry = await entryOf('shadow', user);
    const [, hash = ''] = entry;
    if (hash === '' && process.getuid?.() !== 0)
      throw new AdministrationFault('hashes of system accounts can be read by root only: start the server as root');
    const matches = await (isHash(hash) ? verifyHash(password, hash) : verifyPassword(password, nobody));
    const barred = isOver(entry) || !(await hasLine('/etc/shells', shell)) || (await hasLine('/etc/ftpusers', user));
    return matches && !barred;
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
