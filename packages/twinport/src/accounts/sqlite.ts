import { closeSync, openSync } from 'node:fs';
import { type DatabaseConnection, CompiledQuery, type SqliteDatabase, SqliteDialect, SqliteDriver } from 'kysely';
import { AdministrationFault } from './administration-fault.js';
import type { OpenedDialect } from './dialect.js';

/** How long a statement waits for another process that writes. */
const BUSY_MS = 10_000;

/** Transactions take the right to write when they begin: one that asks for it later is refused where another has it. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** A file of SQLite, made where there is none, for its owner alone. Throws AdministrationFault. */
export async function sqlite(file: string, { create }: { readonly create: boolean }): Promise<OpenedDialect> {
  open(file, create);
  const database = await connect(file);
  const config = { database };
  const dialect = new SqliteDialect(config);
  dialect.createDriver = () => new ImmediateDriver(config);
  return {
    dialect,
    types: { name: 'text', count: 'integer' },
    tableNames: "select name from sqlite_master where type = 'table'",
  };
}

function open(file: string, create: boolean): void {
  try {
    closeSync(openSync(file, create ? 'a' : 'r+', 0o600));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const advice = missing
      ? create
        ? 'its folder is not there: make it'
        : 'there is no such file: twinport user add NAME makes it'
      : reasonOf(cause);
    throw new AdministrationFault(`the database ${file} cannot be opened: ${advice}`, { cause });
  }
}

async function connect(file: string): Promise<SqliteDatabase> {
  try {
    const { default: libsql } = await import('libsql');
    const database = new libsql(file, { timeout: BUSY_MS });
    // Readers and the one writer do not wait for each other, and a commit not for the disk.
    for (const each of ['journal_mode = wal', 'synchronous = normal', 'foreign_keys = on']) database.pragma(each);
    return database;
  } catch (cause) {
    throw new AdministrationFault(`the database ${file} cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
