import type { IfExists, TransferOptions, Verify } from '@twinport/ftp/client';
import { type Command, Option } from 'commander';
import { type SharedFlags, addSharedOptions, connections } from './shared-flags.js';

export type LinksFlag = 'skip' | 'follow' | 'copy';

/** What get, put, cp and mv have in common. */
export interface TransferFlags extends SharedFlags {
  readonly continue?: boolean;
  readonly ifExists?: IfExists;
  readonly verify?: Verify;
  readonly preserve?: boolean;
  /** Undefined: as the client has it, downloads are, uploads are not. */
  readonly atomic?: boolean;
  readonly parents?: boolean;
  readonly segments?: number;
  readonly via?: 'auto' | 'fxp' | 'relay';
  readonly links?: LinksFlag;
}

/** For commands that may download. */
export function addSegmentsOption(command: Command): Command {
  return command.option('--segments <N>', 'fetch each file in so many pieces at the same time', connections);
}

export function addTransferOptions(command: Command): Command {
  command
    .option('-c, --continue', 'go on with what was broken off; the same as --if-exists resume')
    .addOption(
      new Option('--if-exists <WHAT>', 'where the target is there already (default: overwrite)').choices([
        'overwrite',
        'skip',
        'resume',
        'newer',
        'error',
      ]),
    )
    .addOption(
      new Option('--verify <HOW>', 'make sure that all has come: by size, by hash too, or not (default: size)').choices(
        ['size', 'hash', 'none'],
      ),
    )
    .option('--preserve', 'keep modification times')
    .option('--atomic', 'write under a temporary name and rename when all is there (default for downloads)')
    .option('--no-atomic', 'write under the final name from the start (default for uploads)')
    .option('-p, --parents', 'make missing folders of the target')
    .addOption(new Option('--links <WHAT>', 'links in folders (default: skip)').choices(['skip', 'follow', 'copy']));
  return addSharedOptions(command);
}

/** What to do where the target is there. */
export function ifExistsOf(flags: TransferFlags): IfExists {
  return flags.ifExists ?? (flags.continue ? 'resume' : 'overwrite');
}

export function transferOptionsOf(flags: TransferFlags): TransferOptions {
  return {
    ifExists: ifExistsOf(flags),
    ...(flags.verify && { verify: flags.verify }),
    ...(flags.preserve && { preserveTime: true }),
    ...(flags.parents && { makeDirectories: true }),
    ...(flags.atomic !== undefined && { atomic: flags.atomic }),
  };
}
