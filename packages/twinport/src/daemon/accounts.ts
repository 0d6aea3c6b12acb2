import {
  type Accounts,
  AccountsFault,
  type StaticUser,
  type Storage,
  type ZeroCopy,
  createAccounts,
  disk,
} from '@twinport/ftp/server';
import { folder } from './folder.js';
import type { ServeOptions } from './serve-options.js';
import { UsageFault } from './usage-fault.js';

/** Who may log in to a served folder. */
export interface ServedAccounts extends Pick<ServeOptions, 'users' | 'anonymous'> {
  /** An absolute path. */
  readonly directory: string;
}

/** What accounts were made of. */
const served = new WeakMap<Accounts, ServedAccounts>();

/** That of which `accountsOf` has made them, for another process to make them of. */
export function servedBy(accounts: Accounts): ServedAccounts {
  const made = served.get(accounts);
  if (!made) throw new TypeError('accounts that are objects of this process cannot be those of workers');
  return made;
}

/** Throws UsageFault. */
export async function accountsOf(from: ServedAccounts, zeroCopy: ZeroCopy | undefined): Promise<Accounts> {
  const { directory, users = [], anonymous } = from;
  const storageOf = (root: string): Storage => disk(root, { zeroCopy });
  const known = await Promise.all(
    users.map(async (user): Promise<StaticUser> => ({
      name: user.name,
      ...(user.password !== undefined && { password: user.password }),
      ...(user.passwordHash !== undefined && { passwordHash: user.passwordHash }),
      permissions: user.readOnly ? 'read-only' : 'read-write',
      ...(user.directory !== undefined && { storage: storageOf(await folder(user.directory)) }),
    })),
  );
  try {
    const storage = storageOf(directory);
    const accounts = createAccounts({ storage, users: known, anonymous: anonymous ?? users.length === 0 });
    served.set(accounts, from);
    return accounts;
  } catch (error) {
    if (error instanceof AccountsFault) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
}
