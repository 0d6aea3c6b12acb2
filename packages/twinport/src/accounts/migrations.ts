/** Where SQLite and PostgreSQL call the same thing otherwise. */
export interface ColumnTypes {
  /** Text compared octet by octet, so that both sort alike. */
  readonly name: string;
  /** An integer of 64 bits. */
  readonly count: string;
}

/** The SQL of each version of the tables, from 1. What was once released is never changed. */
export const MIGRATIONS: readonly ((types: ColumnTypes) => readonly string[])[] = [
  ({ name, count }) => [
    `create table "groups" (name ${name} primary key, settings text not null)`,
    `create table accounts (
      name ${name} primary key,
      password text,
      group_name ${name} references "groups",
      disabled integer not null,
      settings text not null
    )`,
    'create index accounts_group_name on accounts (group_name)',
    `create table usage (
      account ${name} primary key,
      bytes ${count} not null,
      files ${count} not null
    )`,
  ],
];
