import { isCompletion } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { RemoveOptions } from './contract.js';
import { FtpError } from './errors.js';
import { readFolder } from './listing.js';
import { isDirectory } from './name-commands.js';
import { replyError } from './reply-error.js';

/** Removals of one folder at the same time; more than there are connections only wait. */
const AT_ONCE = 8;

/** DELE, or RMD for an empty folder; with `recursive` a folder with all that is in it. Links are removed, never what they lead to. */
export async function remove(connections: Connections, path: string, options: RemoveOptions = {}): Promise<void> {
  options.onRemove?.(path);
  const outcome = await connections.use(async (session) => {
    const deleted = await session.exchange('DELE', path);
    if (isCompletion(deleted.code)) return 'done';
    const error = replyError('DELE', deleted, path);
    if (!error.connectionUsable) throw error;
    const removed = await session.exchange('RMD', path);
    if (session.directory !== undefined) session.directory = undefined;
    if (isCompletion(removed.code)) return 'done';
    const there = await isDirectory(session, path);
    return there ? replyError('RMD', removed, path) : error;
  }, options);
  if (outcome === 'done') return;
  const isFolder = outcome.command === 'RMD';
  if (isFolder && options.recursive) return await removeFolder(connections, path, 0, options);
  if (!isFolder && options.force && (outcome.code === 'NOT_FOUND' || outcome.reply?.code === 550)) {
    if (outcome.code === 'NOT_FOUND' || !(await isThere(connections, path, options))) return;
  }
  throw isFolder
    ? new FtpError(outcome.code, outcome.message, {
        ...outcomeDetails(outcome),
        hint: 'Is the folder empty? With recursive all that is in it goes too.',
      })
    : outcome;
}

function outcomeDetails({ reply, command, path }: FtpError): {
  reply?: NonNullable<FtpError['reply']>;
  command?: string;
  path?: string;
} {
  return { ...(reply && { reply }), ...(command !== undefined && { command }), ...(path !== undefined && { path }) };
}

async function isThere(connections: Connections, path: string, options: RemoveOptions): Promise<boolean> {
  return await connections.use(async (session) => isCompletion((await session.exchange('SIZE', path)).code), options);
}

async function removeFolder(
  connections: Connections,
  path: string,
  depth: number,
  options: RemoveOptions,
): Promise<void> {
  if (depth > connections.core.settings.limits.maxDepth)
    throw new FtpError('LIMIT', `${path} is deeper than limits.maxDepth`, { path });
  const entries = await readFolder(connections, path, options);
  const next = entries.values();
  const work = async (): Promise<void> => {
    for (const entry of next) {
      if (entry.type === 'directory') await removeFolder(connections, entry.path, depth + 1, options);
      else await removeFile(connections, entry.path, options);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, connections.max) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  options.onRemove?.(path);
  await connections.use(async (session) => {
    if (session.directory !== undefined && session.directory !== '/') await isDirectory(session, '/'); // not from within
    const reply = await session.exchange('RMD', path);
    if (!isCompletion(reply.code)) throw replyError('RMD', reply, path);
  }, options);
}

async function removeFile(connections: Connections, path: string, options: RemoveOptions): Promise<void> {
  options.onRemove?.(path);
  await connections.use((session) => session.command('DELE', path), options);
}
