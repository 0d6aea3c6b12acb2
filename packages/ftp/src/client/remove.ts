import { isCompletion } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { RemoteEntry, RemoveOptions } from './contract.js';
import { FtpError } from './errors.js';
import { readFolder, readFolderByList } from './listing.js';
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
    session.directory = undefined; // what it was told may be what is gone
    if (isCompletion(removed.code)) {
      connections.forgetDirectory(path);
      return 'done';
    }
    const there = await isDirectory(session, path);
    return there ? replyError('RMD', removed, path) : error;
  }, options);
  if (outcome === 'done') return;
  const isFolder = outcome.command === 'RMD';
  if (isFolder && options.recursive) return await removeFolder(connections, path, 0, options);
  if (!isFolder && (await isMissing(connections, outcome, options))) {
    if (options.force) return;
    throw new FtpError('NOT_FOUND', outcome.message, { ...outcomeDetails(outcome), cause: outcome });
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

/** vsftpd says `550 Delete operation failed` whatever the reason. */
async function isMissing(
  connections: Connections,
  { code, reply, path = '' }: FtpError,
  options: RemoveOptions,
): Promise<boolean> {
  if (code === 'NOT_FOUND') return true;
  if (code !== 'REPLY' || reply?.code !== 550) return false;
  return await connections.use(async (session) => !isCompletion((await session.exchange('SIZE', path)).code), options);
}

async function removeFolder(
  connections: Connections,
  path: string,
  depth: number,
  options: RemoveOptions,
): Promise<void> {
  if (depth > connections.core.settings.limits.maxDepth)
    throw new FtpError('LIMIT', `${path} is deeper than limits.maxDepth`, { path });
  await removeEntries(connections, await readFolder(connections, path, options), depth, options);
  options.onRemove?.(path);
  if (!(await removeEmpty(connections, path, options))) return;
  // ProFTPD's MLSD leaves out links that lead nowhere; LIST does not.
  await removeEntries(connections, await readFolderByList(connections, path, options), depth, options);
  const refusal = await removeEmpty(connections, path, options);
  if (refusal) throw refusal;
}

async function removeEntries(
  connections: Connections,
  entries: readonly RemoteEntry[],
  depth: number,
  options: RemoveOptions,
): Promise<void> {
  const next = entries.values();
  const work = async (): Promise<void> => {
    for (const entry of next) {
      if (entry.type !== 'directory') await removeFile(connections, entry.path, options);
      else if (!(await removeLink(connections, entry.path, options)))
        await removeFolder(connections, entry.path, depth + 1, options);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, connections.max) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** What the server says against it, if anything. */
async function removeEmpty(
  connections: Connections,
  path: string,
  options: RemoveOptions,
): Promise<FtpError | undefined> {
  return await connections.use(async (session) => {
    if (session.directory !== undefined && session.directory !== '/') await isDirectory(session, '/'); // not from within
    const reply = await session.exchange('RMD', path);
    if (!isCompletion(reply.code)) return replyError('RMD', reply, path);
    connections.forgetDirectory(path);
    return undefined;
  }, options);
}

/** pyftpdlib, and servers like it, list a link to a folder as that folder: what it leads to must stay. DELE removes no folder. */
async function removeLink(connections: Connections, path: string, options: RemoveOptions): Promise<boolean> {
  const isDone = await connections.use(
    async (session) => isCompletion((await session.exchange('DELE', path)).code),
    options,
  );
  if (isDone) options.onRemove?.(path);
  return isDone;
}

async function removeFile(connections: Connections, path: string, options: RemoveOptions): Promise<void> {
  options.onRemove?.(path);
  await connections.use((session) => session.command('DELE', path), options);
}
