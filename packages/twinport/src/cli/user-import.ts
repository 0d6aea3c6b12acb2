import { Command } from 'commander';
import {
  AccountStore,
  AdministrationFault,
  type ImportNote,
  type StoredAccount,
  importPureFtpd,
} from '../accounts/index.js';
import { printable } from '../daemon/printable.js';
import { UsageFault } from '../daemon/usage-fault.js';
import { readPrivate } from '../sites/index.js';
import { type DatabaseFlags, databaseFlags, printJson, withDatabase } from './user-database.js';

/** Octets of a file of accounts: some hundred thousand. */
const MAX_LENGTH = 256 * 1024 * 1024;

interface ImportFlags extends DatabaseFlags {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
}

const EXAMPLES = `
Example:
  twinport user import /etc/pure-ftpd/pureftpd.passwd --dry-run

Passwords come along as they are hashed. What is left out is said on stderr.`;

export function importCommand(): Command {
  return databaseFlags(new Command('import'))
    .description('take over the accounts of Pure-FTPd')
    .argument('<FILE>', 'pureftpd.passwd')
    .option('-n, --dry-run', 'say what would be added, and change nothing')
    .option('--replace', 'also accounts that are there already')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: ImportFlags) => {
      const file = readPrivate(path, MAX_LENGTH);
      if (!file) throw new UsageFault(`cannot read ${path}: there is no such file`);
      const { accounts, notes } = importPureFtpd(file.content.toString('utf8'));
      if (flags.dryRun) return report(accounts, notes, flags);
      const taken = await withDatabase(flags, (database) => take(new AccountStore(database), accounts, flags), {
        create: true,
      });
      report(taken.accounts, [...notes, ...taken.notes], flags);
    });
}

async function take(store: AccountStore, accounts: readonly StoredAccount[], { replace }: ImportFlags) {
  const taken: StoredAccount[] = [];
  const notes: ImportNote[] = [];
  for (const account of accounts) {
    try {
      const there = await store.find(account.name);
      if (there && replace) await store.change(account.name, () => account);
      else await store.add(account);
      taken.push(account);
    } catch (error) {
      if (!(error instanceof AdministrationFault)) throw error;
      notes.push({ name: account.name, message: `skipped: ${error.message}` });
    }
  }
  return { accounts: taken, notes };
}

function report(accounts: readonly StoredAccount[], notes: readonly ImportNote[], flags: ImportFlags): void {
  const { dryRun = false, json } = flags;
  const names = accounts.map(({ name }) => name);
  if (json) return printJson({ dryRun, added: names, notes });
  const verb = dryRun ? 'would add' : 'added';
  process.stdout.write(names.map((name) => `${verb} ${printable(name)}\n`).join(''));
  for (const { name, message } of notes) process.stderr.write(`${printable(name)}: ${printable(message)}\n`);
  process.stderr.write(`${verb} ${names.length}\n`);
}
