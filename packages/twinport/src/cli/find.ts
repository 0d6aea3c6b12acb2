import type { RemoteEntry } from '@twinport/ftp/client';
import { Glob, joinPath } from '@twinport/ftp/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSpan } from './amounts.js';
import { type CommandRun, runCommand } from './command-run.js';
import { fileAt } from './file-at.js';
import { entryRecord } from './entry-record.js';
import { TYPE_LETTERS, longLine, nameText } from './entry-text.js';
import { type SharedFlags, addSharedOptions, clientCommand, collect, size, wholeNumber } from './shared-flags.js';
import { paintFor } from './style.js';

export interface FindFlags {
  readonly name?: readonly string[];
  readonly type?: 'f' | 'd' | 'l' | 'o';
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly newerThan?: Date;
  readonly olderThan?: Date;
}

interface Flags extends FindFlags, SharedFlags {
  readonly maxDepth?: number;
  readonly followLinks?: boolean;
  readonly long?: boolean;
  readonly null?: boolean;
}

const EXAMPLES = `
  twinport find ftp://ftp.example.net/pub --name '*.iso' --min-size 500M
  twinport find ftp://ftp.example.net/in --type f --newer-than 2d -0 | xargs -0 -n1 echo
  twinport find ftp://ftp.example.net/ --type d --max-depth 2 -l`;

export function findCommand(): Command {
  const command = clientCommand('find', 'search a folder and all that is in it', { examples: EXAMPLES })
    .argument('<REMOTE...>')
    .option('--name <PATTERN>', 'names that match: *, ?, [a-z]; repeat for more', collect)
    .addOption(new Option('--type <T>', 'f: files, d: folders, l: links, o: others').choices(['f', 'd', 'l', 'o']))
    .option('--min-size <N>', 'files of at least so many octets: 800, 64K, 2M', size)
    .option('--max-size <N>', 'files of at most so many octets', size)
    .option('--newer-than <WHEN>', 'modified since: 2026-01-31, 2026-01-31T12:00Z, or a span: 90m, 12h, 2d', moment)
    .option('--older-than <WHEN>', 'modified before', moment)
    .option('--max-depth <N>', 'levels to go down; 1: what is in the folder itself', wholeNumber)
    .option('--follow-links', 'go into links that lead to folders')
    .option('-l, --long', 'type, mode, size, time and path')
    .option('-0, --null', 'end each path with NUL instead of a line end');
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(flags, 'entries', (run) => findAll(run, remotes, flags), 1),
  );
}

/** A date, or how long ago. */
export function moment(text: string): Date {
  const span = parseSpan(text);
  if (span !== undefined) return new Date(Date.now() - span);
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('give a date, 2026-01-31 or 2026-01-31T12:00Z, or a span such as 90m, 12h or 2d.');
  return at;
}

/** Whether an entry is one that is searched for. What the server does not say of it matches no condition on that. */
export function finder(flags: FindFlags): (entry: RemoteEntry) => boolean {
  const globs = flags.name?.map((pattern) => new Glob(pattern));
  return (entry) => {
    const at = entry.modified?.at.getTime();
    return (
      (!globs || globs.some((glob) => glob.matches(entry.name))) &&
      (flags.type === undefined || TYPE_LETTERS[entry.type] === flags.type) &&
      (flags.minSize === undefined || (entry.type === 'file' && (entry.size ?? -1) >= flags.minSize)) &&
      (flags.maxSize === undefined || (entry.type === 'file' && (entry.size ?? Infinity) <= flags.maxSize)) &&
      (flags.newerThan === undefined || (at !== undefined && at >= flags.newerThan.getTime())) &&
      (flags.olderThan === undefined || (at !== undefined && at < flags.olderThan.getTime()))
    );
  };
}

async function findAll(run: CommandRun, remotes: readonly string[], flags: Flags): Promise<void> {
  for (const text of remotes) await run.attempt(text, () => findIn(run, text, flags));
}

async function findIn(run: CommandRun, text: string, flags: Flags): Promise<void> {
  const { client, path } = await run.open(text);
  const wanted = finder(flags);
  const escape = process.stdout.isTTY && !flags.null;
  const style = { paint: paintFor(process.stdout, flags, process.env), escape, human: false, sizeWidth: 10 };
  const maxDepth = flags.maxDepth ?? Infinity;
  const root = path.startsWith('/') ? path : joinPath((await client.info({ signal: run.signal })).home, path);
  const entries = client.walk(path, {
    signal: run.signal,
    followLinks: flags.followLinks ?? false,
    enter: (folder) => depthBelow(folder.path, root) < maxDepth,
  });
  const show = async (entry: RemoteEntry): Promise<void> => {
    if (!wanted(entry)) return;
    const label = flags.long ? longLine(entry, style, entry.path) : nameText(entry, style, entry.path);
    await run.out.item(entryRecord(entry), () => `${label}${flags.null ? '\0' : '\n'}`);
  };
  try {
    for await (const entry of entries) if (maxDepth > 0) await show(entry);
  } catch (error) {
    const file = await fileAt(client, path, error, run.signal);
    if (!file) throw error;
    await show(file);
  }
}

/** 1 for what is in the folder itself. Both are absolute. */
export function depthBelow(path: string, root: string): number {
  return components(path) - components(root);
}

const components = (path: string): number => path.split('/').filter((part) => part !== '').length;
