import { AdministrationFault } from './administration-fault.js';
import { isAccountName } from './account-name.js';
import type { Database } from './schema.js';
import { type Settings, checkSettings, parseSettings } from './settings.js';

export interface Group {
  readonly name: string;
  readonly settings: Settings;
}

/** The groups in a database: what accounts have unless they say otherwise. */
export class GroupStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Throws AdministrationFault where there is none. */
  async get(name: string): Promise<Group> {
    const row = await this.#db.selectFrom('groups').selectAll().where('name', '=', name).executeTakeFirst();
    if (!row) throw noSuchGroup(name);
    return { name, settings: parseSettings(row.settings, `the group ${name}`) };
  }

  async list(): Promise<readonly Group[]> {
    const rows = await this.#db.selectFrom('groups').selectAll().orderBy('name').execute();
    return rows.map(({ name, settings }) => ({ name, settings: parseSettings(settings, `the group ${name}`) }));
  }

  /** Throws AdministrationFault where there is one of that name. */
  async add({ name, settings }: Group): Promise<void> {
    if (!isAccountName(name)) throw new AdministrationFault(`${JSON.stringify(name)} cannot be the name of a group`);
    const values = { name, settings: JSON.stringify(checkSettings(settings, `the group ${name}`)) };
    const added = await this.#db
      .insertInto('groups')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (!added)
      throw new AdministrationFault(`there is a group ${name} already: twinport group set ${name} changes it`);
  }

  /** Another change waits. Throws AdministrationFault where there is none. */
  async change(name: string, change: (settings: Settings) => Settings): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const row = transaction.updateTable('groups').where('name', '=', name);
      // Nothing is changed yet, but from here on the row is ours.
      await row.set((eb) => ({ settings: eb.ref('settings') })).execute();
      const { settings } = await new GroupStore(transaction).get(name);
      await row.set({ settings: JSON.stringify(checkSettings(change(settings), `the group ${name}`)) }).execute();
    });
  }

  /** Throws AdministrationFault where there is none, or an account is in it. */
  async remove(name: string): Promise<void> {
    const member = await this.#db
      .selectFrom('accounts')
      .select('name')
      .where('group_name', '=', name)
      .executeTakeFirst();
    if (member)
      throw new AdministrationFault(
        `the account ${member.name} is in the group ${name}: twinport user set ${member.name} --group OTHER, or --unset group`,
      );
    const gone = await this.#db.deleteFrom('groups').where('name', '=', name).returning('name').executeTakeFirst();
    if (!gone) throw noSuchGroup(name);
  }
}

function noSuchGroup(name: string): AdministrationFault {
  return new AdministrationFault(`there is no group ${JSON.stringify(name)}: twinport group list shows all`);
}
