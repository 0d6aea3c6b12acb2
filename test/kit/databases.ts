import { join } from 'node:path';
import { type TestContext, after, before, describe } from 'node:test';
import { type Database, openDatabase } from 'twinport/accounts';
import { Postgres, missingPostgres } from './postgres.js';
import { temporaryFolder } from './temporary-folder.js';

/** A new, empty database of the kind that the suite is run with. */
export type NewDatabase = (t: TestContext) => Promise<string>;

/** Runs a suite of tests with SQLite, and again with PostgreSQL. */
export function onBothDatabases(name: string, tests: (newDatabase: NewDatabase) => void): void {
  void describe(`${name}, SQLite`, () => {
    tests(async (t) => `sqlite:${join(await temporaryFolder(t), 'accounts.db')}`);
  });
  const skip = missingPostgres();
  void describe(`${name}, PostgreSQL`, { skip }, () => {
    let postgres: Postgres | undefined;
    before(async () => {
      postgres = await Postgres.start();
    });
    after(() => postgres?.stop());
    tests(() => Promise.resolve(postgres?.create() ?? ''));
  });
}

/** Opened, and closed with the test. */
export async function openedDatabase(t: TestContext, url: string): Promise<Database> {
  const database = await openDatabase(url, { create: true });
  t.after(() => database.destroy());
  return database;
}
