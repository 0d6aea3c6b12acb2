import type { Accounts, Permission, Storage } from '@twinport/ftp/server';

/** Permissions of the accounts that {@link quickAccounts} knows by name; any other user is refused. */
const USERS: ReadonlyMap<string, readonly Permission[]> = new Map([
  ['user', ['list', 'read', 'write']],
  ['reader', ['list', 'read']],
]);

/** `user` and `reader` (read-only), both with the password `secret`, which costs nothing to check. Each login gets a storage of its own. */
export function quickAccounts(createStorage: () => Storage): Accounts {
  return {
    async login({ user, password }) {
      const permissions = USERS.get(user);
      if (!permissions || password !== 'secret') return undefined;
      return { name: user, permissions: new Set(permissions), storage: createStorage() };
    },
  };
}
