import { verifyPassword } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';

/** How a hash is checked; a kind is loaded when a hash of it comes. */
const KINDS: readonly (readonly [form: RegExp, verify: (password: string, hash: string) => Promise<boolean>])[] = [
  [/^\$scrypt\$/, verifyPassword],
  [/^\$argon2(id|i|d)\$/, async (password, hash) => (await import('./argon2.js')).verifyArgon2(password, hash)],
  [/^\$[a-zA-Z0-9]+\$/, async (password, hash) => (await import('./crypt.js')).verifyCrypt(password, hash)],
];

/**
 * Whether a password is the one hashed: by our own scrypt, by argon2 where Node.js has it, or by what this system's crypt
 * knows (bcrypt, yescrypt, SHA-2, MD5). Throws AdministrationFault for other hashes, AccountsBusy as `verifyPassword` does.
 */
export async function verifyHash(password: string, hash: string): Promise<boolean> {
  const kind = KINDS.find(([form]) => form.test(hash));
  if (!kind)
    throw new AdministrationFault('this is no password hash that can be checked: docs/accounts.md lists those');
  return await kind[1](password, hash);
}

/** Whether it is a hash of a kind that can be checked, if not on every system. */
export function isHash(text: string): boolean {
  return KINDS.some(([form]) => form.test(text));
}
