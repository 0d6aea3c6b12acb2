import { hashPassword } from '@twinport/ftp/server';
import { UsageFault } from '../daemon/usage-fault.js';
import { OWN_SURROUNDINGS, askSecret, passwordFromStream } from '../sites/index.js';

export interface PasswordFlags {
  readonly passwordStdin?: boolean;
  /** False with --no-password. */
  readonly password?: boolean;
}

/** The hash of a new password, from standard input or typed twice; undefined where there is to be none. */
export async function newPassword(
  name: string,
  { passwordStdin, password }: PasswordFlags,
): Promise<string | undefined> {
  if (password === false) return undefined;
  return await hashPassword(passwordStdin ? await passwordFromStream(OWN_SURROUNDINGS.stdin) : await typedTwice(name));
}

async function typedTwice(name: string): Promise<string> {
  if (!OWN_SURROUNDINGS.stdin.isTTY)
    throw new UsageFault(`there is no password for ${name}: stdin is no terminal to ask on, so give --password-stdin`);
  const typed = await askSecret(`Password for ${name}: `, OWN_SURROUNDINGS);
  if (typed === '') throw new UsageFault('an empty password is none');
  if ((await askSecret('The same again: ', OWN_SURROUNDINGS)) !== typed)
    throw new UsageFault('the two passwords differ, and nothing was changed');
  return typed;
}
