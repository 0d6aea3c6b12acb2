import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FtpError } from '@twinport/ftp/client';
import { Glob, isGlob } from '@twinport/ftp/protocol';
import { homedir } from 'node:os';

/** Names of this machine that a pattern matches, sorted; a shell of the system does this before a command sees it. Throws NOT_FOUND. */
export async function expandLocal(pattern: string): Promise<string[]> {
  if (!isGlob(pattern)) return [expandHome(pattern)];
  const parts = expandHome(pattern)
    .split('/')
    .filter((part, index) => part !== '' || index === 0);
  let found = [parts[0] === '' ? '/' : ''];
  for (const part of parts[0] === '' ? parts.slice(1) : parts) found = await matching(found, part);
  if (found.length === 0)
    throw new FtpError('NOT_FOUND', `nothing matches ${pattern}`, { path: pattern, phase: 'usage' });
  return found;
}

async function matching(folders: readonly string[], part: string): Promise<string[]> {
  if (!isGlob(part)) return folders.map((folder) => join(folder, part));
  const glob = new Glob(part);
  const found: string[] = [];
  for (const folder of folders)
    for (const name of await namesIn(folder)) if (glob.matches(name)) found.push(join(folder, name));
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder || '.')).toSorted();
  } catch {
    return []; // a file, or a folder that may not be read: nothing in it matches
  }
}

/** `~` and `~/…`. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
