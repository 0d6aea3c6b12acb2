import {
  type Accounts,
  AccountsFault,
  type StaticUser,
  type Storage,
  type ZeroCopy,
  createAccounts,
  disk,
} from '@twinport/ftp/server';
import type { AccountSource } from '../accounts/source.js';
import type { Database } from '../accounts/schema.js';
import { accountOf } from './account-of.js';
import { folder } from './folder.js';
import type { ServeOptions, SourceOptions } from './serve-options.js';
import { UsageFault } from './usage-fault.js';

/** Who may log in to a served folder. */
export interface ServedAccounts extends Pick<ServeOptions, 'users' | 'anonymous' | 'accountSources'> {
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

/** Throws UsageFault, and AdministrationFault for what is wrong with a source. To be ended by `closeAccounts`. */
export async function accountsOf(from: ServedAccounts, zeroCopy: ZeroCopy | undefined): Promise<Accounts> {
  const { directory, users = [], accountSources = [] } = from;
  const anonymous = from.anonymous ?? (users.length === 0 && accountSources.length === 0);
  const storageOf = (root: string): Storage => disk(root, { zeroCopy });
  const fixed = await fixedAccounts(users, anonymous, storageOf, directory);
  if (accountSources.length === 0) {
    made.set(fixed, { from, close: () => Promise.resolve() });
    return fixed;
  }
  const { sourceAccounts } = await import('../accounts/index.js');
  const { sources, close } = await openSources(accountSources);
  const others = sourceAccounts({ sources, accountOf: (identity) => accountOf(identity, storageOf, directory) });
  const names = new Set(users.map(({ name }) => name));
  const accounts: Accounts = {
    login: (credentials) => {
      const { user } = credentials;
      return (names.has(user) || fixed.isAnonymous?.(user) ? fixed : others).login(credentials);
    },
    isAnonymous: (user) => fixed.isAnonymous?.(user) ?? false,
  };
  made.set(accounts, { from, close });
  return accounts;
}

async function openSources(
  options: readonly SourceOptions[],
): Promise<{ readonly sources: readonly AccountSource[]; readonly close: () => Promise<void> }> {
  const { databaseSource, httpSource, openDatabase, programSource, systemSource } =
    await import('../accounts/index.js');
  const databases: Database[] = [];
  const open = async (option: SourceOptions): Promise<AccountSource> => {
    switch (option.kind) {
      case 'database': {
        const database = await openDatabase(option.url, { create: false });
        databases.push(database);
        return databaseSource(database);
      }
      case 'system':
        return systemSource(option);
      case 'program':
        return programSource(option.path);
      case 'http':
        return httpSource(option.url);
    }
  };
  return {
    sources: await Promise.all(options.map(open)),
    close: async () => void (await Promise.all(databases.map((database) => database.destroy()))),
  };
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
