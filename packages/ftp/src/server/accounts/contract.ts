import type { Storage } from '../storage/contract.js';

/**
 * What an account may do. `list`: see what is there; `read`: download and hash; `write`: make new files; `append`: add to the end of
 * a file; `overwrite`: replace what is in one; `setAttributes`: times and modes. The column `needs` of docs/verbs.md says which verb needs which.
 */
export const PERMISSIONS = [
  'list',
  'read',
  'write',
  'append',
  'overwrite',
  'delete',
  'rename',
  'makeDirectory',
  'removeDirectory',
  'setAttributes',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const READ_ONLY: ReadonlySet<Permission> = new Set(['list', 'read']);
export const READ_WRITE: ReadonlySet<Permission> = new Set(PERMISSIONS);

/** What an account may do with a folder and all that is below it. */
export interface FolderPermissions {
  /** Where it really is: links in this path lead nowhere. */
  readonly path: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** Somebody logged in. What is read from it later on is asked for each time, so that it may change. */
export interface Account {
  readonly name: string;
  /** For the whole tree: `READ_ONLY`, `READ_WRITE`, or a set of one's own. */
  readonly permissions: ReadonlySet<Permission>;
  /** Where something else goes: of those that a path is in, the deepest. Default: nowhere. */
  readonly folders?: readonly FolderPermissions[];
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
