import type { Kysely } from 'kysely';

/** Tables and columns, the same in SQLite and PostgreSQL. */
export interface Schema {
  readonly accounts: AccountRow;
  readonly groups: GroupRow;
  readonly usage: UsageRow;
}

export interface AccountRow {
  readonly name: string;
  /** A password hash, or null where only a certificate lets in. */
  readonly password: string | null;
  readonly group_name: string | null;
  /** 1 when nobody may log in as this one. */
  readonly disabled: number;
  /** `Settings` as JSON. */
  readonly settings: string;
}

export interface GroupRow {
  readonly name: string;
  /** What accounts in it have unless they say otherwise, as JSON. */
  readonly settings: string;
}

/** What an account has stored. Accounts of other sources than the database are counted too. */
export interface UsageRow {
  readonly account: string;
  readonly bytes: number;
  readonly files: number;
}

export type Database = Kysely<Schema>;
