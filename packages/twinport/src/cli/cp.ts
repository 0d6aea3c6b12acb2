import { type Command, Option } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/remote-text.js';
import { runCommand } from './command-run.js';
import { copyAll } from './copy.js';
import { copyItems, splitTarget } from './copy-items.js';
import { RESUME_HINT } from './get.js';
import { clientCommand } from './shared-flags.js';
import { type TransferFlags, addSegmentsOption, addTransferOptions } from './transfer-flags.js';

const EXAMPLES = `
  twinport cp ftp://ftp.example.net/pub/a.iso .                          as get
  twinport cp a.iso ftp://ann@example.net/in/                            as put
  twinport cp ftp://a.example/x.iso ftp://bob@b.example/in/              between two servers: directly, else through here
  twinport cp --via fxp ftp://a.example/x.iso ftp://bob@b.example/in/    directly or not at all`;

export function cpCommand(): Command {
  const command = clientCommand('cp', 'copy files and folders from anywhere to anywhere', {
    writes: true,
    examples: EXAMPLES,
  })
    .usage('[options] <SOURCE...> <TARGET>')
    .argument('<SOURCE...>', 'remotes, files and folders of this machine; last where to: a folder, or a name')
    .addOption(
      new Option('--via <WAY>', 'between two servers: directly (fxp), through here (relay), or what works').choices([
        'auto',
        'fxp',
        'relay',
      ]),
    );
  return addTransferOptions(addSegmentsOption(command)).action(async (places: string[], flags: TransferFlags) =>
    runCommand(flags, 'files', async (run) => {
      const { sources, target } = splitTarget(places);
      checkOneRemote(sources, target);
      run.resumeHint = RESUME_HINT;
      return await copyAll(run, await copyItems(run, sources, target), flags);
    }),
  );
}

/** What stays on this machine is the business of this machine's own commands. */
export function checkOneRemote(sources: readonly string[], target: string): void {
  const local = isRemote(target) ? undefined : sources.find((source) => !isRemote(source));
  if (local !== undefined) throw new UsageFault(`neither ${local} nor ${target} is a remote, such as ftp://HOST/PATH`);
}
