import type { Command } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/remote-text.js';
import { runCommand } from './command-run.js';
import { copyAll } from './copy.js';
import { copyItems } from './copy-items.js';
import { clientCommand } from './shared-flags.js';
import { type TransferFlags, addSegmentsOption, addTransferOptions } from './transfer-flags.js';

const EXAMPLES = `
  twinport get ftp://ftp.example.net/pub/image.iso              into this folder
  twinport get -c ftp://ftp.example.net/pub/image.iso           and on from where it was broken off
  twinport get ftp://ftp.example.net/pub/docs ./docs            a folder, with all that is in it
  twinport get 'ftp://ftp.example.net/logs/*.gz' ./logs --preserve --verify hash
  twinport get ftp://ftp.example.net/dump.sql.gz - | gunzip     to stdout`;

export const RESUME_HINT = 'again with --continue to go on from here';

export function getCommand(): Command {
  const command = clientCommand('get', 'download files and folders', { writes: true, examples: EXAMPLES }).argument(
    '<SOURCE...>',
    'remotes; the last argument may be the folder or file to write, or - for stdout (default: this folder)',
  );
  return addTransferOptions(addSegmentsOption(command)).action(async (places: string[], flags: TransferFlags) =>
    runCommand(flags, 'files', async (run) => {
      const { sources, target } = splitGetArguments(places);
      if (target !== '-') run.resumeHint = RESUME_HINT;
      return await copyAll(run, await copyItems(run, sources, target), flags);
    }),
  );
}

/** `SRC… [DEST]`: the last one is where to, if it is no remote. */
export function splitGetArguments(places: readonly string[]): { sources: readonly string[]; target: string } {
  const last = places.at(-1) ?? '';
  const sources = isRemote(last) ? places : places.slice(0, -1);
  if (sources.length === 0) throw new UsageFault(`name what to get: ${last} is no remote, such as ftp://HOST/PATH`);
  const local = sources.find((source) => !isRemote(source));
  if (local !== undefined) throw new UsageFault(`${local} is no remote; to copy from here to a server use put or cp`);
  return { sources, target: isRemote(last) ? '.' : last };
}
