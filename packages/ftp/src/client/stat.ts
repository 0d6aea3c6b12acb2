import { baseName, isCompletion, parentPath, parseMlstFacts, SyntaxFault } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { CallOptions, RemoteEntry } from './contract.js';
import { type DataAttempt, FtpError } from './errors.js';
import { remoteModified, remoteSize } from './file-facts.js';
import { readIn } from './listing.js';
import { isDirectory } from './name-commands.js';
import { replyError } from './reply-error.js';
import type { ClientSession } from './session.js';

/** What is at a path: by MLST (RFC 3659 §7), else from the listing of the folder it is in. Rejects with NOT_FOUND where nothing is. */
export async function stat(connections: Connections, path: string, options: CallOptions = {}): Promise<RemoteEntry> {
  const listed = listingOf(connections, options);
  return await connections.use(
    async (session) => {
      const byMlst = await statByMlst(connections, session, path);
      return byMlst ?? (await statByListing(session, path, listed));
    },
    { ...options, heedsSignal: true },
  );
}

/** Whether there is anything at a path: without MLST a file or a folder is asked for, before its whole folder is read. */
export async function exists(connections: Connections, path: string, options: CallOptions = {}): Promise<boolean> {
  const listed = listingOf(connections, options);
  return await connections.use(
    async (session) => {
      try {
        if (await statByMlst(connections, session, path)) return true;
        if ((await remoteSize(session, path)) !== undefined || (await isDirectory(session, path))) return true;
        return (await statByListing(session, path, listed)) !== undefined;
      } catch (error) {
        if (error instanceof FtpError && error.code === 'NOT_FOUND') return false;
        throw error;
      }
    },
    { ...options, heedsSignal: true },
  );
}

async function statByMlst(
  connections: Connections,
  session: ClientSession,
  path: string,
): Promise<RemoteEntry | undefined> {
  if (connections.noMlst || !connections.facts?.features.has('MLST')) return undefined;
  const reply = await session.exchange('MLST', path);
  if (isCompletion(reply.code)) {
    try {
      const line = reply.lines.find((each) => each.includes('=') && each.includes(';')) ?? '';
      return { ...parseMlstFacts(line.trimStart()), name: baseName(path), path };
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      connections.noMlst = true;
      return undefined;
    }
  }
  const error = replyError('MLST', reply, path);
  if (error.code !== 'UNSUPPORTED') throw error;
  connections.noMlst = true;
  return undefined;
}

type ListParent = (session: ClientSession, parent: string) => Promise<RemoteEntry[]>;

/** Reads folders within one call: ways of opening data connections that failed stay known from one try to the next. */
function listingOf(connections: Connections, { signal }: CallOptions): ListParent {
  const attempts: DataAttempt[] = [];
  return (session, parent) => readIn(connections, session, parent, signal, attempts);
}

async function statByListing(session: ClientSession, path: string, list: ListParent): Promise<RemoteEntry> {
  const parent = parentPath(path);
  if (path === parent) {
    if (!(await isDirectory(session, path))) throw notFound(path);
    return { name: path, path, type: 'directory', format: 'unix', raw: '' };
  }
  const entry = await list(session, parent).then(
    (entries) => entries.find((each) => each.path === path),
    (error: unknown) => unlessHidden(error),
  );
  if (entry) return entry.type === 'file' ? await moreExactly(session, entry) : entry;
  return await statByAsking(session, path);
}

/** A folder that may not be listed may hold something all the same. */
function unlessHidden(error: unknown): undefined {
  if (
    error instanceof FtpError &&
    error.connectionUsable &&
    (error.code === 'PERMISSION' || error.code === 'NOT_FOUND')
  )
    return undefined;
  throw error;
}

/** LIST knows the time to the minute, MDTM to the second. */
async function moreExactly(session: ClientSession, entry: RemoteEntry): Promise<RemoteEntry> {
  const at = await remoteModified(session, entry.path);
  return at ? { ...entry, modified: { at, precision: 'second', zone: 'utc' } } : entry;
}

async function statByAsking(session: ClientSession, path: string): Promise<RemoteEntry> {
  const named = { name: baseName(path), path, format: 'unix', raw: '' } as const;
  const size = await remoteSize(session, path);
  if (size !== undefined) return await moreExactly(session, { ...named, type: 'file', size });
  if (await isDirectory(session, path)) return { ...named, type: 'directory' };
  throw notFound(path);
}

function notFound(path: string): FtpError {
  return new FtpError('NOT_FOUND', `There is no ${path}`, { path });
}
