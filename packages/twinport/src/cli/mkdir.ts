import type { Command } from 'commander';
import { printable } from '../daemon/printable.js';
import { runCommand } from './command-run.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';

interface Flags extends SharedFlags {
  readonly parents?: boolean;
}

const EXAMPLES = `
  twinport mkdir ftp://ann@example.net/reports
  twinport mkdir -p ftp://ann@example.net/reports/2026/01`;

export function mkdirCommand(): Command {
  const command = clientCommand('mkdir', 'make folders', { writes: true, examples: EXAMPLES })
    .argument('<REMOTE...>')
    .option('-p, --parents', 'missing folders above it too; one that is there is no error');
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(
      flags,
      'folders',
      async (run) => {
        for (const text of remotes) {
          await run.attempt(text, async () => {
            const { client, path } = await run.open(text);
            if (!flags.dryRun)
              await client.makeDirectory(path, { signal: run.signal, recursive: flags.parents ?? false });
            await run.out.item({ path, made: !flags.dryRun }, () =>
              flags.dryRun ? `make folder ${printable(path)}\n` : '',
            );
          });
        }
      },
      1,
    ),
  );
}
