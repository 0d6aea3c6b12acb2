import { type Accounts, type Permission, READ_ONLY, READ_WRITE, type Storage } from '@twinport/ftp/server';

/** Permissions of the accounts that {@link quickAccounts} knows by name; any other user is refused. */
const USERS: ReadonlyMap<string, ReadonlySet<Permission>> = new Map([
  ['user', READ_WRITE],
  ['reader', READ_ONLY],
]);

/** `user` and `reader` (read-only), both with the password `secret`, which costs nothing to check. Each login gets a storage of its own. */
export function quickAccounts(createStorage: () => Storage): Accounts {
  return {
    async login({ user, password }) {
      const permissions = USERS.get(user);
      if (!permissions || password !== 'secret') return undefined;
      return { name: user, permissions, storage: createStorage() };
    },
  };
}
