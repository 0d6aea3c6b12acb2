import { Command } from 'commander';
import { AccountStore, QuotaLedger, type Usage, countFiles, rootOf } from '../accounts/index.js';
import { UsageFault } from '../daemon/usage-fault.js';
import { formatSize } from './amounts.js';
import { type DatabaseFlags, databaseFlags, printJson, withDatabase } from './user-database.js';

export function recountCommand(): Command {
  return databaseFlags(new Command('recount'))
    .description('count what an account has stored anew, after files were changed past the server')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport user recount ann')
    .action(async (name: string, flags: DatabaseFlags) => {
      const usage = await withDatabase(flags, async (database): Promise<Usage> => {
        const { effective } = await new AccountStore(database).get(name);
        const root = rootOf(name, effective);
        if (root === undefined)
          throw new UsageFault(`${name} has no folder of its own: twinport user set ${name} --directory DIR`);
        const counted = await countFiles(root);
        await new QuotaLedger(database).set(name, counted);
        return counted;
      });
      if (flags.json) printJson({ name, ...usage });
      else process.stdout.write(`${name}  ${formatSize(usage.bytes)} in ${usage.files} files\n`);
    });
}
