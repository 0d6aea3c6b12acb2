import {
  Glob,
  baseName,
  encodeText,
  formatUnixLine,
  isGlob,
  isListable,
  joinPath,
  parentPath,
  resolvePath,
} from '../protocol/index.js';
import type { Session } from './session.js';
import { type Entry, StorageFault } from './storage/contract.js';

/** Octets of text gathered before they are sent on. */
const CHUNK = 64 * 1024;

/** What LIST, NLST and MLSD are about: a directory and perhaps a pattern for its names, or one entry. */
export type ListTarget =
  | { readonly kind: 'directory'; readonly path: string; readonly glob?: Glob }
  | { readonly kind: 'entry'; readonly path: string; readonly entry: Entry };

/** Throws StorageFault when there is nothing of that name; a name that exists is never taken for a pattern. */
export async function findTarget(
  session: Session,
  argument: string | undefined,
  options: { readonly itself: boolean },
): Promise<ListTarget> {
  const path = resolvePath(session.directory, argument ?? '.');
  try {
    const entry = await session.storage.stat(path);
    return entry.type === 'directory' && !options.itself ? { kind: 'directory', path } : { kind: 'entry', path, entry };
  } catch (error) {
    const missing = error instanceof StorageFault && error.code === 'not-found';
    if (!missing || !isGlob(baseName(path))) throw error;
    const directory = parentPath(path);
    const parent = await session.storage.stat(directory);
    if (parent.type !== 'directory') throw new StorageFault('not-a-directory', directory);
    return { kind: 'directory', path: directory, glob: new Glob(baseName(path)) };
  }
}

export async function* entriesOf(session: Session, target: ListTarget): AsyncGenerator<Entry> {
  if (target.kind === 'entry') {
    yield target.entry;
    return;
  }
  for await (const entry of session.storage.list(target.path)) {
    if (session.ended.signal.aborted || session.transfer?.aborted)
      throw new StorageFault('failed', 'the listing was given up');
    if (isListable(entry.name) && target.glob?.matches(entry.name) !== false) yield entry;
  }
}

/** Lines, each ended by LF, in chunks of text that is encoded for the wire. */
export async function* textOf(
  entries: AsyncIterable<Entry>,
  format: (entry: Entry) => string,
): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const entry of entries) {
    text += `${format(entry)}\n`;
    if (text.length < CHUNK) continue;
    yield encodeText(text);
    text = '';
  }
  if (text !== '') yield encodeText(text);
}

/** `ls -l`, and with `recursive` all directories below, each under its name, as `ls -lR` prints them. */
export async function* unixListing(
  session: Session,
  target: ListTarget,
  recursive: boolean,
): AsyncGenerator<Uint8Array> {
  const now = new Date();
  yield* textOf(entriesOf(session, target), (entry) => formatUnixLine(entry, now));
  if (recursive && target.kind === 'directory') yield* below(session, target.path, '.', now, 1);
}

async function* below(
  session: Session,
  directory: string,
  title: string,
  now: Date,
  depth: number,
): AsyncGenerator<Uint8Array> {
  if (depth > session.server.limits.maxListDepth) return;
  for await (const entry of session.storage.list(directory)) {
    // A link may lead back up: what it points to is listed where it is.
    if (entry.type !== 'directory' || entry.target !== undefined || !isListable(entry.name)) continue;
    const path = joinPath(directory, entry.name);
    yield encodeText(`\n${title}/${entry.name}:\n`);
    try {
      yield* textOf(entriesOf(session, { kind: 'directory', path }), (each) => formatUnixLine(each, now));
      yield* below(session, path, `${title}/${entry.name}`, now, depth + 1);
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error; // gone or closed to us since: `ls` goes on too
    }
  }
}
