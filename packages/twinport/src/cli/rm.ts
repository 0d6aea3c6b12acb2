import { FtpError, type RemoteEntry } from '@twinport/ftp/client';
import type { Command } from 'commander';
import { printable } from '../daemon/printable.js';
import { count } from './amounts.js';
import { type CommandRun, runCommand } from './command-run.js';
import { confirm } from './confirm.js';
import { isPattern, matchingRemotes } from './matches.js';
import type { Remote } from './remotes.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';

interface Flags extends SharedFlags {
  readonly recursive?: boolean;
  readonly force?: boolean;
}

const EXAMPLES = `
  twinport rm ftp://ann@example.net/old.txt       asks first
  twinport rm --yes 'ftp://ann@example.net/*.tmp'
  twinport rm -r -n ftp://ann@example.net/old     what would be deleted`;

export function rmCommand(): Command {
  const command = clientCommand('rm', 'delete files and folders', { writes: true, deletes: true, examples: EXAMPLES })
    .argument('<REMOTE...>')
    .option('-r, --recursive', 'folders with all that is in them')
    .option('-f, --force', 'what is not there is no error');
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(flags, 'removed', (run) => removeAll(run, remotes, flags), 1),
  );
}

async function removeAll(run: CommandRun, remotes: readonly string[], flags: Flags): Promise<void> {
  const doomed: Remote[] = [];
  for (const text of remotes) doomed.push(...((await run.prepare(text, () => doomedOf(run, text, flags))) ?? []));
  const [only] = doomed;
  if (!only) return;
  const what = doomed.length === 1 ? only.path : count(doomed.length, 'path');
  if (await confirm(`Delete ${what}${flags.recursive ? ' and all that is in it' : ''}?`, flags, run.signal))
    for (const remote of doomed) await run.attempt(remote.path, () => removeOne(run, remote, flags));
  else run.screen.say('nothing deleted');
}

async function doomedOf(run: CommandRun, text: string, flags: Flags): Promise<Remote[]> {
  const remote = await run.open(text);
  if (!isPattern(remote.path)) return [remote];
  try {
    return await matchingRemotes(remote, run.signal);
  } catch (error) {
    if (flags.force && error instanceof FtpError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

async function removeOne(run: CommandRun, { client, path }: Remote, flags: Flags): Promise<void> {
  if (flags.dryRun) {
    await showDoomed(run, { client, path, label: '' }, flags);
    return;
  }
  const removed: string[] = [];
  try {
    await client.remove(path, {
      signal: run.signal,
      recursive: flags.recursive ?? false,
      force: flags.force ?? false,
      onRemove: (inner) => void removed.push(inner),
    });
  } catch (error) {
    if (!(error instanceof FtpError) || error.command !== 'RMD' || flags.recursive) throw error;
    throw new FtpError(error.code, error.message, {
      path,
      command: error.command,
      ...(error.reply && { reply: error.reply }),
      hint: 'Is the folder empty? -r deletes all that is in it, too.',
      cause: error,
    });
  } finally {
    for (const inner of removed) await run.out.item({ path: inner }, () => '');
  }
}

async function showDoomed(run: CommandRun, { client, path }: Remote, flags: Flags): Promise<void> {
  const show = (inner: string): Promise<void> =>
    run.out.item({ path: inner, dryRun: true }, () => `delete ${printable(inner)}\n`);
  let entry: RemoteEntry;
  try {
    entry = await client.stat(path, { signal: run.signal });
  } catch (error) {
    if (flags.force && error instanceof FtpError && error.code === 'NOT_FOUND') return;
    throw error;
  }
  if (entry.type === 'directory' && flags.recursive)
    for await (const inner of client.walk(path, { signal: run.signal })) await show(inner.path);
  await show(entry.path);
}
