import type { ExpressionBuilder } from 'kysely';
import type { Database, Schema } from './schema.js';

export interface Usage {
  readonly bytes: number;
  readonly files: number;
}

/** What an account may store. Absent: any number. */
export interface Quota {
  readonly bytes?: number;
  readonly files?: number;
}

/** What accounts have stored, counted in the database: each change is one statement, whoever else makes one. */
export class QuotaLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Undefined where an account has not been counted yet. */
  async usage(account: string): Promise<Usage | undefined> {
    return await this.#db
      .selectFrom('usage')
      .select(['bytes', 'files'])
      .where('account', '=', account)
      .executeTakeFirst();
  }

  /** Counts an account that has not been counted yet by what `count` finds. */
  async begin(account: string, count: () => Promise<Usage>): Promise<void> {
    if (await this.usage(account)) return;
    const values = { account, ...(await count()) };
    await this.#db
      .insertInto('usage')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Replaces what was counted. */
  async set(account: string, usage: Usage): Promise<void> {
    await this.#db
      .insertInto('usage')
      .values({ account, ...usage })
      .onConflict((conflict) => conflict.column('account').doUpdateSet(usage))
      .execute();
  }

  /** Adds to what an account has stored, and takes away what is negative. False, and nothing is changed, when that is more than its quota. */
  async add(account: string, { bytes, files }: Usage, quota: Quota): Promise<boolean> {
    const changed = await this.#db
      .updateTable('usage')
      .set((eb) => ({ bytes: notBelowZero(eb, 'bytes', bytes), files: notBelowZero(eb, 'files', files) }))
      .where('account', '=', account)
      .where((eb) => fits(eb, 'bytes', bytes, quota.bytes))
      .where((eb) => fits(eb, 'files', files, quota.files))
      .returning('account')
      .executeTakeFirst();
    return changed !== undefined;
  }
}

/** Files that were never counted may be deleted. */
function notBelowZero(eb: ExpressionBuilder<Schema, 'usage'>, column: keyof Usage, change: number) {
  const sum = eb(column, '+', change);
  return eb.case().when(sum, '<', 0).then(0).else(sum).end();
}

/** What is freed always fits, also where more is stored than there may be. */
function fits(eb: ExpressionBuilder<Schema, 'usage'>, column: keyof Usage, change: number, limit: number | undefined) {
  return limit === undefined || change <= 0 ? eb.lit(true) : eb(eb(column, '+', change), '<=', limit);
}
