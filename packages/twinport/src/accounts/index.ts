export * from './administration-fault.js';
export * from './database.js';
export type { AccountRow, Database, GroupRow, Schema, UsageRow } from './schema.js';
