import { type Account, type Accounts, unmatchableHash, verifyPassword } from '@twinport/ftp/server';
import { isAccountName } from './account-name.js';
import { mayLogIn } from './may-log-in.js';
import type { AccountSource, Identity } from './source.js';

export interface SourceAccountsOptions {
  /** Asked in this order; the first that knows a user decides. */
  readonly sources: readonly AccountSource[];
  /** What somebody gets who is let in. */
  readonly accountOf: (identity: Identity) => Promise<Account>;
  /** Default: the system's. */
  readonly clock?: () => Date;
}

/** Accounts of several sources. A user whom none of them knows is refused in the time that checking a password takes. */
export function sourceAccounts({ sources, accountOf, clock = () => new Date() }: SourceAccountsOptions): Accounts {
  const nobody = unmatchableHash();
  return {
    async login(credentials) {
      for (const source of isAccountName(credentials.user) ? sources : []) {
        const answer = await source.login(credentials);
        if (answer === 'unknown') continue;
        if (answer === 'refused' || !mayLogIn(answer.settings, credentials, clock())) return undefined;
        return await accountOf(answer);
      }
      await verifyPassword(credentials.password, nobody);
      return undefined;
    },
  };
}
