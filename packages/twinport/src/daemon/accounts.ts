import {
  type Accounts,
  AccountsFault,
  type StaticUser,
  type Storage,
  type ZeroCopy,
  createAccounts,
  disk,
} from '@twinport/ftp/server';
import { accountOf } from './account-of.js';
import { folder } from './folder.js';
import type { ServeOptions } from './serve-options.js';
import { UsageFault } from './usage-fault.js';

/** Who may log in to a served folder. */
export interface ServedAccounts extends Pick<ServeOptions, 'users' | 'anonymous' | 'database'> {
  /** An absolute path. */
  readonly directory: string;
}

interface Made {
  readonly from: ServedAccounts;
  readonly close: () => Promise<void>;
}

/** What accounts were made of, and what ends them. */
const made = new WeakMap<Accounts, Made>();

/** That of which `accountsOf` has made them, for another process to make them of. */
export function servedBy(accounts: Accounts): ServedAccounts {
  const { from } = made.get(accounts) ?? {};
  if (!from) throw new TypeError('accounts that are objects of this process cannot be those of workers');
  return from;
}

/** Ends what `accountsOf` has opened for them. */
export async function closeAccounts(accounts: Accounts): Promise<void> {
  await made.get(accounts)?.close();
}

/** Throws UsageFault, and AdministrationFault for a database. To be ended by `closeAccounts`. */
export async function accountsOf(from: ServedAccounts, zeroCopy: ZeroCopy | undefined): Promise<Accounts> {
  const { directory, users = [], database, anonymous = users.length === 0 && database === undefined } = from;
  const storageOf = (root: string): Storage => disk(root, { zeroCopy });
  const fixed = await fixedAccounts(users, anonymous, storageOf, directory);
  if (database === undefined) {
    made.set(fixed, { from, close: () => Promise.resolve() });
    return fixed;
  }
  const { databaseSource, openDatabase, sourceAccounts } = await import('../accounts/index.js');
  const opened = await openDatabase(database, { create: false });
  const others = sourceAccounts({
    sources: [databaseSource(opened)],
    accountOf: (identity) => accountOf(identity, storageOf, directory),
  });
  const names = new Set(users.map(({ name }) => name));
  const accounts: Accounts = {
    login: (credentials) => {
      const { user } = credentials;
      return (names.has(user) || fixed.isAnonymous?.(user) ? fixed : others).login(credentials);
    },
    isAnonymous: (user) => fixed.isAnonymous?.(user) ?? false,
  };
  made.set(accounts, { from, close: () => opened.destroy() });
  return accounts;
}

async function fixedAccounts(
  users: NonNullable<ServedAccounts['users']>,
  anonymous: boolean,
  storageOf: (root: string) => Storage,
  directory: string,
): Promise<Accounts> {
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
    return createAccounts({ storage: storageOf(directory), users: known, anonymous });
  } catch (error) {
    if (error instanceof AccountsFault) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
}
