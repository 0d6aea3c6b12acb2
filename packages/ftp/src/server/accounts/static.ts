import type { Storage } from '../storage/contract.js';
import {
  type Account,
  type Accounts,
  type Credentials,
  type FolderPermissions,
  type Permission,
  READ_ONLY,
  READ_WRITE,
} from './contract.js';
import { hashConfigured, parsePasswordHash, unmatchableHash, verifyPassword, type PasswordHash } from './password.js';

/** Somebody who may log in. Exactly one of `password` and `passwordHash`. */
export interface StaticUser {
  readonly name: string;
  /** In clear; only its hash is kept. */
  readonly password?: string;
  /** From `hashPassword`. */
  readonly passwordHash?: string;
  /** Default `read-write`. */
  readonly permissions?: 'read-only' | 'read-write' | ReadonlySet<Permission>;
  /** Where something else goes. Default: nowhere. */
  readonly folders?: readonly FolderPermissions[];
  /** Default: that of all accounts. */
  readonly storage?: Storage;
}

export interface AccountsOptions {
  /** Default: none. */
  readonly users?: readonly StaticUser[];
  /** Whether `anonymous` and `ftp` (RFC 1635) may log in, read-only, with any password. Default: no. */
  readonly anonymous?: boolean | { readonly storage?: Storage };
  readonly storage: Storage;
}

/** A list of users that cannot be served. */
export class AccountsFault extends Error {
  override readonly name = 'AccountsFault';
  readonly code = 'accounts';
}

const ANONYMOUS_NAMES: ReadonlySet<string> = new Set(['anonymous', 'ftp']);

interface Known {
  readonly account: Account;
  readonly hash: Promise<PasswordHash>;
}

/** A fixed list of users. Throws {@link AccountsFault} or PasswordHashFault when there is something wrong with it. */
export function createAccounts(options: AccountsOptions): Accounts {
  return new StaticAccounts(options);
}

class StaticAccounts implements Accounts {
  readonly #known = new Map<string, Known>();
  readonly #anonymous: Account | undefined;
  readonly #nobody = unmatchableHash();

  constructor({ users = [], anonymous = false, storage }: AccountsOptions) {
    if (anonymous !== false) {
      const own = anonymous === true ? undefined : anonymous.storage;
      this.#anonymous = { name: 'anonymous', permissions: READ_ONLY, storage: own ?? storage };
    }
    // One after the other: hashing a long list all at once would crowd out logins.
    let previous: Promise<unknown> = Promise.resolve();
    for (const user of users) {
      this.#check(user);
      const hash = hashOf(user, previous);
      previous = hash;
      this.#known.set(user.name, { account: accountOf(user, storage), hash });
    }
  }

  async login({ user, password }: Credentials): Promise<Account | undefined> {
    if (this.isAnonymous(user)) return this.#anonymous;
    const known = this.#known.get(user);
    const matches = await verifyPassword(password, (await known?.hash) ?? this.#nobody);
    return matches ? known?.account : undefined;
  }

  isAnonymous(user: string): boolean {
    return this.#anonymous !== undefined && ANONYMOUS_NAMES.has(user.toLowerCase());
  }

  #check(user: StaticUser): void {
    const { name } = user;
    if (name === '') throw new AccountsFault('a user needs a name');
    if (this.#known.has(name)) throw new AccountsFault(`the user ${name} is there twice`);
    if (this.isAnonymous(name)) throw new AccountsFault(`the name ${name} belongs to anonymous users`);
    if ((user.password === undefined) === (user.passwordHash === undefined)) {
      throw new AccountsFault(`the user ${name} needs either password or passwordHash`);
    }
    if (user.password === '') throw new AccountsFault(`the user ${name} has an empty password`);
  }
}

const NAMED = { 'read-only': READ_ONLY, 'read-write': READ_WRITE };

function accountOf({ name, permissions = 'read-write', folders, storage: own }: StaticUser, storage: Storage): Account {
  return {
    name,
    permissions: typeof permissions === 'string' ? NAMED[permissions] : permissions,
    ...(folders && { folders }),
    storage: own ?? storage,
  };
}

function hashOf({ name, password, passwordHash }: StaticUser, previous: Promise<unknown>): Promise<PasswordHash> {
  if (passwordHash !== undefined) return Promise.resolve(parseHashOf(name, passwordHash));
  const hash = previous.then(() => hashConfigured(password ?? ''));
  // A failure is for that user's login to report; unhandled, it would end the process.
  hash.catch(() => undefined);
  return hash;
}

function parseHashOf(name: string, passwordHash: string): PasswordHash {
  try {
    return parsePasswordHash(passwordHash);
  } catch (cause) {
    throw new AccountsFault(`the password hash of the user ${name} is not one of hashPassword`, { cause });
  }
}
