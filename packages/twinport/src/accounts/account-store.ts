import { AdministrationFault } from './administration-fault.js';
import { isAccountName } from './account-name.js';
import type { Database } from './schema.js';
import { type Settings, checkSettings, parseSettings } from './settings.js';

/** Accounts read at once when all of them are listed. */
const PAGE = 500;

export interface StoredAccount {
  readonly name: string;
  /** A hash. Undefined where only a certificate lets in. */
  readonly password?: string;
  readonly group?: string;
  readonly disabled: boolean;
  /** Its own. */
  readonly settings: Settings;
}

export interface FoundAccount extends StoredAccount {
  /** Its own, and those of its group where it has none. */
  readonly effective: Settings;
}

interface Row {
  readonly name: string;
  readonly password: string | null;
  readonly group_name: string | null;
  readonly disabled: number;
  readonly settings: string;
  readonly group_settings: string | null;
}

/** The accounts in a database. */
export class AccountStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(name: string): Promise<FoundAccount | undefined> {
    if (!isAccountName(name)) return undefined;
    const row = await this.#rows().where('accounts.name', '=', name).executeTakeFirst();
    return row && accountOf(row);
  }

  /** The same. Throws AdministrationFault where there is none. */
  async get(name: string): Promise<FoundAccount> {
    const account = await this.find(name);
    if (!account) throw noSuchAccount(name);
    return account;
  }

  /** All in the order of their names, read as they are asked for. */
  async *list(): AsyncGenerator<FoundAccount> {
    for (let after = ''; ;) {
      const rows = await this.#rows().where('accounts.name', '>', after).orderBy('accounts.name').limit(PAGE).execute();
      for (const row of rows) yield accountOf(row);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.name;
    }
  }

  /** Throws AdministrationFault where there is one of that name. */
  async add(account: StoredAccount): Promise<void> {
    if (!isAccountName(account.name))
      throw new AdministrationFault(
        `${JSON.stringify(account.name)} cannot be the name of an account: no / or \\, no dot or blank first, no control characters`,
      );
    const values = { name: account.name, ...(await this.#columns(account)) };
    const added = await this.#db
      .insertInto('accounts')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (!added)
      throw new AdministrationFault(
        `there is an account ${account.name} already: twinport user set ${account.name} changes it`,
      );
  }

  /** Changes what `change` makes of it; another change waits. Throws AdministrationFault where there is none. */
  async change(name: string, change: (account: StoredAccount) => StoredAccount): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const row = transaction.updateTable('accounts').where('name', '=', name);
      // Nothing is changed yet, but from here on the row is ours.
      await row.set((eb) => ({ disabled: eb.ref('disabled') })).execute();
      const store = new AccountStore(transaction);
      const { effective: _effective, ...account } = await store.get(name);
      await row.set(await store.#columns(change(account))).execute();
    });
  }

  /** Throws AdministrationFault where there is none. */
  async remove(name: string): Promise<void> {
    const gone = await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('usage').where('account', '=', name).execute();
      return await transaction.deleteFrom('accounts').where('name', '=', name).returning('name').executeTakeFirst();
    });
    if (!gone) throw noSuchAccount(name);
  }

  #rows() {
    return this.#db
      .selectFrom('accounts')
      .leftJoin('groups', 'groups.name', 'accounts.group_name')
      .select(['accounts.name', 'password', 'group_name', 'disabled', 'accounts.settings'])
      .select('groups.settings as group_settings');
  }

  async #columns({ name, password, group, disabled, settings }: StoredAccount) {
    if (group !== undefined) await this.#checkGroup(group);
    return {
      password: password ?? null,
      group_name: group ?? null,
      disabled: disabled ? 1 : 0,
      settings: JSON.stringify(checkSettings(settings, name)),
    };
  }

  async #checkGroup(name: string): Promise<void> {
    const group = await this.#db.selectFrom('groups').select('name').where('name', '=', name).executeTakeFirst();
    if (!group) throw new AdministrationFault(`there is no group ${name}: twinport group add ${name} makes it`);
  }
}

function accountOf({ name, password, group_name, disabled, settings, group_settings }: Row): FoundAccount {
  const own = parseSettings(settings, name);
  const defaults = group_settings === null ? {} : parseSettings(group_settings, `the group ${group_name ?? ''}`);
  return {
    name,
    ...(password !== null && { password }),
    ...(group_name !== null && { group: group_name }),
    disabled: disabled !== 0,
    settings: own,
    effective: { ...defaults, ...own },
  };
}

function noSuchAccount(name: string): AdministrationFault {
  return new AdministrationFault(`there is no account ${JSON.stringify(name)}: twinport user list shows all`);
}
