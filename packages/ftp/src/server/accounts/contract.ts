import type { Storage } from '../storage/contract.js';

/** What an account may do. `list`: LIST, CWD, STAT; `read`: RETR; `write`: everything that changes the storage. */
export type Permission = 'list' | 'read' | 'write';

/** Somebody logged in. */
export interface Account {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly storage: Storage;
}

/** What a login attempt carries. Anonymous logins (RFC 1635) carry whatever the user typed as e-mail address. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** From ACCT (RFC 959 §4.1.1), when the client sent it. */
  readonly account?: string;
  /** From HOST (RFC 7151), when the client sent it. */
  readonly host?: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
}

/** Who may log in. */
export interface Accounts {
  /** The account, or undefined when the credentials are wrong. Must take the same time for an unknown user and a wrong password. */
  login(credentials: Credentials): Promise<Account | undefined>;
  /** False for a user who may log in without a password (USER answers 230). Default: everybody needs one. */
  needsPassword?(user: string): boolean;
  /** True when this user is anonymous (USER answers 331 asking for an e-mail address). */
  isAnonymous?(user: string): boolean;
}
