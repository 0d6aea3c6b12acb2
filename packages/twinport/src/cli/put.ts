import type { Command } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/remote-text.js';
import { runCommand } from './command-run.js';
import { copyAll } from './copy.js';
import { copyItems, splitTarget } from './copy-items.js';
import { RESUME_HINT } from './get.js';
import { clientCommand } from './shared-flags.js';
import { type TransferFlags, addTransferOptions } from './transfer-flags.js';

const EXAMPLES = `
  twinport put report.pdf ftp://ann@example.net/in/
  twinport put -p --atomic site ftpes://ann@example.net/www/site     a folder; missing folders are made
  twinport put -c image.iso ftp://ann@example.net/in/                on from where it was broken off
  pg_dump db | gzip | twinport put - ftp://ann@example.net/dump.sql.gz`;

export function putCommand(): Command {
  const command = clientCommand('put', 'upload files and folders', { writes: true, examples: EXAMPLES })
    .usage('[options] <SOURCE...> <REMOTE>')
    .argument('<SOURCE...>', 'files and folders of this machine, or - for stdin; last the remote: a folder, or a name');
  return addTransferOptions(command).action(async (places: string[], flags: TransferFlags) =>
    runCommand(flags, 'files', async (run) => {
      const { sources, target } = splitTarget(places);
      checkPutArguments(sources, target);
      const fromStdin = sources.includes('-');
      if (fromStdin && flags.passwordStdin) throw new UsageFault('stdin cannot hold both the password and the file');
      if (!fromStdin) run.resumeHint = RESUME_HINT;
      try {
        return await copyAll(run, await copyItems(run, sources, target), flags);
      } finally {
        if (fromStdin) process.stdin.destroy(); // a pipe that is still written to would keep the process
      }
    }),
  );
}

export function checkPutArguments(sources: readonly string[], target: string): void {
  if (!isRemote(target)) throw new UsageFault(`${target} is no remote, such as ftp://HOST/PATH`);
  const remote = sources.find((source) => isRemote(source));
  if (remote !== undefined) throw new UsageFault(`the sources of put are on this machine; between servers use cp`);
}
