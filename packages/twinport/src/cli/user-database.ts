import type { Command } from 'commander';
import { type Database, type DatabaseOptions, openDatabase } from '../accounts/index.js';
import { readConfig } from '../daemon/config/config.js';
import { printable } from '../daemon/printable.js';
import { UsageFault } from '../daemon/usage-fault.js';

export interface DatabaseFlags {
  readonly database?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const CONFIG = 'twinport.toml';

/** What all commands about accounts take. */
export function databaseFlags(command: Command): Command {
  return command
    .option('--database <URL>', 'sqlite:FILE or postgres://… (default: that of the configuration file)')
    .option('--config <FILE>', `the server's configuration file (default: ${CONFIG})`)
    .option('--json', 'print one JSON object');
}

/** Works with the database that the flags name, and closes it. */
export async function withDatabase<Result>(
  flags: DatabaseFlags,
  work: (database: Database) => Promise<Result>,
  options: DatabaseOptions = { create: false },
): Promise<Result> {
  const database = await openDatabase(flags.database ?? (await configured(flags.config ?? CONFIG)), options);
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

async function configured(file: string): Promise<string> {
  const { accountSources = [] } = await readConfig(file);
  const [url] = accountSources.flatMap((source) => (source.kind === 'database' ? [source.url] : []));
  if (url === undefined)
    throw new UsageFault(`${file} names no database: give --database URL, such as sqlite:accounts.db`);
  return url;
}

export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Says what was done with whom. */
export function done({ json }: DatabaseFlags, what: string, names: readonly string[]): void {
  if (json) printJson({ [what]: names });
  else process.stdout.write(names.map((name) => `${what} ${printable(name)}\n`).join(''));
}
