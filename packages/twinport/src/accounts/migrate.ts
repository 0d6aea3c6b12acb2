import { CompiledQuery, type Transaction, sql } from 'kysely';
import { AdministrationFault } from './administration-fault.js';
import { MIGRATIONS } from './migrations.js';
import type { OpenedDialect } from './dialect.js';
import type { Database, Schema } from './schema.js';

/**
 * Brings the tables to the newest version, in one transaction. Another process that does the same waits for it.
 * Throws AdministrationFault when they are newer than this program.
 */
export async function migrate(db: Database, dialect: OpenedDialect): Promise<void> {
  if ((await versionOf(db, dialect)) === MIGRATIONS.length) return;
  await db.transaction().execute(async (transaction) => {
    if (dialect.lock !== undefined) await run(transaction, dialect.lock);
    await run(transaction, 'create table if not exists migrations (version integer primary key)');
    const version = await versionOf(transaction, dialect);
    if (version > MIGRATIONS.length)
      throw new AdministrationFault(
        `the database has version ${version} of the tables, and this twinport knows ${MIGRATIONS.length}: install a newer one`,
      );
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < version) continue;
      for (const statement of statements(dialect.types)) await run(transaction, statement);
      await run(transaction, `insert into migrations values (${index + 1})`);
    }
  });
}

async function versionOf(db: Database, { tableNames }: OpenedDialect): Promise<number> {
  const { rows } = await db.executeQuery<{ name: string }>(CompiledQuery.raw(tableNames));
  if (!rows.some(({ name }) => name === 'migrations')) return 0;
  const versions = await sql<{ version: number | null }>`select max(version) as version from migrations`.execute(db);
  return versions.rows[0]?.version ?? 0;
}

async function run(db: Transaction<Schema>, statement: string): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(statement));
}
