import { type Command, InvalidArgumentError, Option } from 'commander';
import { runCommand } from './command-run.js';
import { addSharedOptions, clientCommand } from './shared-flags.js';
import { type FilterRule, type SyncFlags, Synchronisation } from './synchronise.js';

const EXAMPLES = `
  twinport sync ./site ftpes://ann@example.net/www                   what is new or has another size or a later time
  twinport sync -n --delete ./site ftpes://ann@example.net/www       what would be done
  twinport sync --delete --yes --max-delete 20 ./site ftpes://ann@example.net/www
  twinport sync --exclude '*.tmp' --exclude .git/ ftp://ftp.example.net/pub ./mirror
  twinport sync --plan plan.json ./site ftpes://ann@example.net/www  then: twinport sync --apply plan.json …

A is never changed. The first --include or --exclude that matches decides; a file of them (--filter-from) has a line
for each: + PATTERN or - PATTERN.`;

export function syncCommand(): Command {
  const filters: FilterRule[] = [];
  const command = clientCommand('sync', 'make folder B like folder A', {
    writes: true,
    deletes: true,
    examples: EXAMPLES,
  })
    .argument('<A>', 'where from')
    .argument('<B>', 'where to');
  addFilterOptions(addSyncOptions(command), filters);
  return addSharedOptions(command).action(async (from: string, to: string, flags: SyncFlags) =>
    runCommand(flags, 'actions', async (run) => await new Synchronisation(run, flags, filters).between(from, to)),
  );
}

function addSyncOptions(command: Command): Command {
  const newer = new Option('--newer', 'copy what has another size or a later time (default)');
  const sizeOnly = new Option('--size-only', 'copy what has another size');
  const plan = new Option('--plan <FILE>', 'write what would be done as JSON, - for stdout, and do nothing');
  return command
    .option('--delete', 'delete in B what A does not have')
    .option('--max-delete <N|N%>', 'refuse to delete more than so many (default: 100)', maxDelete)
    .addOption(newer.conflicts(['sizeOnly', 'checksum']))
    .addOption(sizeOnly.conflicts(['checksum']))
    .option('--checksum', 'copy what has another size or another hash')
    .option(
      '--state <FILE>',
      'remember in this file what was copied: for servers that keep no times, and to go on later',
    )
    .addOption(plan.conflicts(['apply', 'dryRun']))
    .option('--apply <FILE>', 'carry out such a plan')
    .addOption(new Option('--links <WHAT>', 'links in A (default: skip)').choices(['skip', 'follow', 'copy']))
    .addOption(new Option('--verify <HOW>', 'how copies are checked (default: size)').choices(['size', 'hash', 'none']))
    .option('--atomic', 'upload under temporary names and rename');
}

/** They are kept in one list, as the first that matches decides. */
function addFilterOptions(command: Command, filters: FilterRule[]): void {
  const rule = (make: (text: string) => FilterRule) => (text: string) => void filters.push(make(text));
  const include = rule((pattern) => ({ include: pattern }));
  const exclude = rule((pattern) => ({ exclude: pattern }));
  command
    .option('--include <PATTERN>', 'take these, whatever a later --exclude says', include)
    .option('--exclude <PATTERN>', 'leave these out, on both sides', exclude)
    .option(
      '--filter-from <FILE>',
      'such rules from a file',
      rule((file) => ({ file })),
    );
}

export function maxDelete(text: string): number | `${number}%` {
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === undefined || (percent === '%' && number > 100))
    throw new InvalidArgumentError('give a number, or a percentage such as 10%.');
  return percent === '%' ? `${number}%` : number;
}
