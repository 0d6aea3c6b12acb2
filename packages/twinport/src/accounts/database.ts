import { AdministrationFault } from './administration-fault.js';
import type { OpenedDialect } from './dialect.js';
import type { Database, Schema } from './schema.js';

export interface DatabaseOptions {
  /** Whether a file of SQLite is made where there is none. */
  readonly create: boolean;
}

/**
 * Opens `sqlite:FILE` or `postgres://…` and brings its tables to the newest version. To be ended with `destroy()`.
 * Throws AdministrationFault, whose text has no password.
 */
export async function openDatabase(url: string, options: DatabaseOptions): Promise<Database> {
  const opened = await dialectOf(url, options);
  // Loaded only here: most commands, and servers with users of their own, need none of it.
  const [{ Kysely }, { migrate }] = await Promise.all([import('kysely'), import('./migrate.js')]);
  const db = new Kysely<Schema>({ dialect: opened.dialect });
  try {
    await migrate(db, opened);
    return db;
  } catch (cause) {
    await db.destroy();
    if (cause instanceof AdministrationFault) throw cause;
    throw new AdministrationFault(`the database ${masked(url)} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

async function dialectOf(url: string, options: DatabaseOptions): Promise<OpenedDialect> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') return await (await import('./sqlite.js')).sqlite(rest, options);
  if (['postgres', 'postgresql'].includes(scheme) && rest.startsWith('//'))
    return (await import('./postgres.js')).postgres(url);
  throw new AdministrationFault(
    `${masked(url)} is no database: give sqlite:FILE, or postgres://USER:PASSWORD@HOST/DATABASE`,
  );
}

/** Without what may be a password. */
function masked(url: string): string {
  return url.replace(/:\/\/[^/?]*@/, '://***@').replace(/(password=)[^&]*/i, '$1***');
}

/** A host with several addresses fails with an error for each. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
