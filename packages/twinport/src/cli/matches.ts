import { type Client, FtpError, type RemoteEntry } from '@twinport/ftp/client';
import { isGlob, isInside } from '@twinport/ftp/protocol';
import type { CommandRun } from './command-run.js';
import type { Remote } from './remotes.js';

/** Whether a path is to be matched: it has wildcards, or escapes for them. Any other backslash is part of a name. */
export function isPattern(path: string): boolean {
  return isGlob(path) || /\\[*?[\]\\]/.test(path);
}

/**
 * What a pattern matches; where that is nothing, what has the pattern itself for a name, such as `a[1].txt`.
 * Nothing at all is an error: whoever wrote it expected something.
 */
async function matches(client: Client, pattern: string, signal: AbortSignal): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of client.glob(pattern, { signal })) found.push(entry);
  if (found.length > 0) return found;
  try {
    return [await client.stat(pattern, { signal })];
  } catch (error) {
    if (!(error instanceof FtpError) || !error.reply) throw error;
    throw new FtpError('NOT_FOUND', `nothing matches ${pattern}`, { path: pattern, phase: 'command' });
  }
}

/** What a remote's pattern matches, each as a remote whose path is written as the pattern is: from the root, or from the login folder. */
export async function matchingRemotes(
  remote: Remote,
  signal: AbortSignal,
): Promise<(Remote & { entry: RemoteEntry })[]> {
  const found = await matches(remote.client, remote.path, signal);
  const home = remote.path.startsWith('/') ? undefined : (await remote.client.info({ signal })).home;
  return found.map((entry) => ({ ...remote, path: pathFrom(home, entry.path), entry }));
}

function pathFrom(home: string | undefined, path: string): string {
  if (home === undefined || !isInside(path, home) || path === home) return path;
  return path.slice(home === '/' ? 1 : home.length + 1);
}

/** The remotes that an argument stands for: itself, or what its pattern matches. None when that failed, which has been said. */
export async function remotesOf(run: CommandRun, text: string): Promise<Remote[]> {
  const found = await run.prepare(text, async () => {
    const remote = await run.open(text);
    return isPattern(remote.path) ? await matchingRemotes(remote, run.signal) : [remote];
  });
  return found ?? [];
}

/** The entries that a remote stands for. */
export async function entriesOf({ client, path }: Remote, signal: AbortSignal): Promise<RemoteEntry[]> {
  return isPattern(path) ? await matches(client, path, signal) : [await client.stat(path, { signal })];
}
