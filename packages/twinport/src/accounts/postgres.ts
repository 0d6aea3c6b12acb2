import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { OpenedDialect } from './dialect.js';

const CONNECT_MS = 10_000;
/** Connections of one process; a login holds one for one short query. */
const MAX_CONNECTIONS = 4;
/** Any number that no other program locks in this database. */
const MIGRATION_LOCK = 7_146_210;
const INT8: number = types.builtins.INT8;

/** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with the parameters of libpq, as `sslmode`. */
export function postgres(url: string): OpenedDialect {
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    max: MAX_CONNECTIONS,
    application_name: 'twinport',
    types: { getTypeParser: parserOf },
  });
  // Of idle connections: the next query makes another one, and says what is wrong.
  pool.on('error', () => {});
  return {
    dialect: new PostgresDialect({ pool }),
    types: { name: 'text collate "C"', count: 'bigint' },
    tableNames:
      'select table_name as name from information_schema.tables where table_schema = any (current_schemas(false))',
    lock: `select pg_advisory_xact_lock(${MIGRATION_LOCK})`,
  };
}

/** Counts are far below what a number holds exactly. */
const parserOf: typeof types.getTypeParser = (type: number, ...rest: []) =>
  type === INT8 ? Number : types.getTypeParser(type, ...rest);
