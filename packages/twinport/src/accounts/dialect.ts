import type { Dialect } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** What differs between SQLite and PostgreSQL. */
export interface OpenedDialect {
  readonly dialect: Dialect;
  readonly types: ColumnTypes;
  /** Selects the name of every table. */
  readonly tableNames: string;
  /** Has a transaction wait for others that migrate, where it does not by itself. */
  readonly lock?: string;
}
