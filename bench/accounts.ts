import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from './workspace.js';

/** Who logs in where a password is checked. All other measures log in as anonymous. */
export const USER = { name: 'bench', password: 'secret' } as const;
/** The same password as Twinport has it: scrypt, N = 2^14, r = 8, p = 1. */
export const HASH = '$scrypt$ln=14,r=8,p=1$nzLe0P/BWhzeaWUUaaHZyQ$atXBpIGs9147GXp3yWB4vs53CssDpQyhVOm08q3w8kY';
export const ANONYMOUS = { name: 'anonymous', password: 'bench@example.org' } as const;

/**
 * The password by scrypt, N = 2^14, r = 8, p = 1, as crypt(3) writes it. vsftpd
 * checks it by PAM, ProFTPD and Pure-FTPd by crypt(3) themselves: the function is the same, and so is the work.
 */
const CRYPT_HASH = '$7$C6..../....twinportbench$ZygJ23TnbLsScIYPkJiXThM2k52JEBcqwFqwjAORqu7';

/** Mounts the files of a folder over those of /etc, for one process and those below it; each has the descriptors that systems give. */
const SCRIPT = `
ulimit -Sn 1024
for file in passwd group shadow pam.d/vsftpd ftpusers; do
  if [ -e "/etc/$file" ]; then mount --bind "$1/$file" "/etc/$file" || exit; fi
done
shift
exec "$@"`;

/** How to run a program that finds these users: anonymous ones are `ftp`, whose home is what is served. */
export function withAccounts({ folder }: Workspace, command: string, args: readonly string[]): readonly string[] {
  return ['--mount', 'sh', '-c', SCRIPT, 'sh', join(folder, 'etc'), command, ...args];
}

export function writeAccounts({ folder, root, owner }: Workspace): void {
  const others = (file: string): string =>
    readFileSync(file, 'utf8').replaceAll(new RegExp(`^(?:ftp|${USER.name}):.*\n`, 'gm'), '');
  const users = ['ftp', USER.name].map((name) => `${name}:x:${owner}:${owner}::${root}:/bin/sh\n`).join('');
  const files: Readonly<Record<string, string>> = {
    passwd: others('/etc/passwd') + users,
    group: `${others('/etc/group')}ftp:x:${owner}:\n`,
    shadow: `ftp:!:19000:0:99999:7:::\n${USER.name}:${CRYPT_HASH}:19000:0:99999:7:::\n`,
    'pam.d/vsftpd': 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n',
    ftpusers: '',
  };
  mkdirSync(join(folder, 'etc', 'pam.d'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'etc', name), text);
}
