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

/** Throws UsageFault. */
export async function accountsOf(
  { directory, users = [], anonymous }: ServedAccounts,
  zeroCopy: ZeroCopy | undefined,
): Promise<Accounts> {
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
    return createAccounts({ storage: storageOf(directory), users: known, anonymous: anonymous ?? users.length === 0 });
  } catch (error) {
    if (error instanceof AccountsFault) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
}
