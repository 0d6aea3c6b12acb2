import { rm } from 'node:fs/promises';
import { FtpError } from '@twinport/ftp/client';
import type { Command } from 'commander';
import { printable } from '../daemon/printable.js';
import { UsageFault } from '../daemon/usage-fault.js';
import { count } from './amounts.js';
import { type CommandRun, runCommand } from './command-run.js';
import { confirm } from './confirm.js';
import { copyAll } from './copy.js';
import { type CopyItem, copyItems, splitTarget } from './copy-items.js';
import type { CopiedTree } from './copy-tree.js';
import { checkOneRemote } from './cp.js';
import { RESUME_HINT } from './get.js';
import { look, placeName } from './place.js';
import { removeCopied } from './remove-copied.js';
import { clientCommand } from './shared-flags.js';
import { type TransferFlags, addSegmentsOption, addTransferOptions, ifExistsOf } from './transfer-flags.js';

const EXAMPLES = `
  twinport mv ftp://ann@example.net/a.txt ftp://ann@example.net/b.txt      renamed on the server
  twinport mv 'ftp://ann@example.net/in/*.csv' ftp://ann@example.net/done/
  twinport mv --yes --verify hash ftp://a.example/x.iso ftp://bob@b.example/

Between two places that cannot rename, each file is copied, checked, and then deleted where it was.`;

export function mvCommand(): Command {
  const command = clientCommand('mv', 'move or rename files and folders', {
    writes: true,
    deletes: true,
    examples: EXAMPLES,
  })
    .usage('[options] <SOURCE...> <TARGET>')
    .argument('<SOURCE...>', 'remotes, or files and folders of this machine; last where to: a folder, or a name');
  return addTransferOptions(addSegmentsOption(command)).action(async (places: string[], flags: TransferFlags) =>
    runCommand(flags, 'files', async (run) => {
      const { sources, target } = splitTarget(places);
      if (places.includes('-')) throw new UsageFault('stdin and stdout cannot be moved: use put or get');
      if (flags.verify === 'none') throw new UsageFault('what was not verified is not deleted: use cp');
      checkOneRemote(sources, target);
      return await moveAll(run, await copyItems(run, sources, target), flags);
    }),
  );
}

async function moveAll(run: CommandRun, items: readonly CopyItem[], flags: TransferFlags): Promise<object | void> {
  const renames = items.filter(isRename);
  for (const item of renames) await run.attempt(placeName(item.source), () => rename(run, item, flags));
  const copies = items.filter((item) => !isRename(item));
  if (copies.length === 0) return;
  const [only] = copies;
  const what = copies.length === 1 && only ? placeName(only.source) : count(copies.length, 'source');
  if (!(await confirm(`Copy, and then delete ${what}?`, flags, run.signal))) return;
  run.resumeHint = RESUME_HINT;
  return await copyAll(run, copies, flags, (item, tree) => removeSource(run, item, tree));
}

function isRename({ source, target }: CopyItem): boolean {
  return source.kind === 'remote' && target.kind === 'remote' && source.remote.client === target.remote.client;
}

async function rename(run: CommandRun, { source, target }: CopyItem, flags: TransferFlags): Promise<void> {
  if (source.kind !== 'remote' || target.kind !== 'remote') return;
  const [from, to] = [placeName(source), placeName(target)];
  // Servers replace what is there without a word.
  const wanted = ifExistsOf(flags);
  if (wanted !== 'overwrite' && (await look(target, run.signal)).type !== 'nothing') {
    if (wanted === 'error') throw new FtpError('EXISTS', `${to} is there already`, { path: to });
    run.screen.say(`${to} is there already: skipped`);
    return;
  }
  if (!flags.dryRun) await source.remote.client.rename(source.remote.path, target.remote.path, { signal: run.signal });
  await run.out.item({ event: 'rename', ...(flags.dryRun && { dryRun: true }), source: from, target: to }, () =>
    flags.dryRun ? `${printable(`rename ${from} -> ${to}`)}\n` : '',
  );
}

async function removeSource(run: CommandRun, { source }: CopyItem, tree: CopiedTree | undefined): Promise<void> {
  if (tree) await removeCopied(run, source, tree);
  else if (source.kind === 'local') await rm(source.path);
  else if (source.kind === 'remote') await source.remote.client.remove(source.remote.path, { signal: run.signal });
}
