import { type Credentials, unmatchableHash, verifyPassword } from '@twinport/ftp/server';
import { AccountStore } from './account-store.js';
import type { Database } from './schema.js';
import type { AccountSource, Identity } from './source.js';
import { verifyHash } from './verify-hash.js';

/** The accounts in a database. */
export function databaseSource(database: Database): AccountSource {
  const nobody = unmatchableHash();
  const store = new AccountStore(database);
  return {
    async login({ user, password }: Credentials): Promise<Identity | 'refused' | 'unknown'> {
      const account = await store.find(user);
      if (!account) return 'unknown';
      const { password: hash } = account;
      const matches = await (hash === undefined ? verifyPassword(password, nobody) : verifyHash(password, hash));
      return matches && !account.disabled ? { name: account.name, settings: account.effective } : 'refused';
    },
  };
}
