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
import { lineEndOf } from './transfer-pipeline.js';

/** Characters encoded at once: more of them, and they leave the processor's cache before they are. */
const PIECE = 8 * 1024;
/** Pieces sent at once. */
const PIECES = 8;

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

/** What is listed of a target, some entries at a time. */
export async function* entriesOf(session: Session, target: ListTarget): AsyncGenerator<readonly Entry[]> {
  if (target.kind === 'entry') {
    yield [target.entry];
    return;
  }
  const { path, glob } = target;
  for await (const entries of session.storage.list(path)) {
    if (session.ended.signal.aborted || session.transfer?.aborted)
      throw new StorageFault('failed', 'the listing was given up');
    yield entries.filter(({ name }) => isListable(name) && glob?.matches(name) !== false);
  }
}

/** Lines, each ended as `lineEndOf` says, in chunks of text that is encoded for the wire. */
export async function* textOf<Each>(
  session: Session,
  batches: AsyncIterable<readonly Each[]>,
  format: (entry: Each) => string,
): AsyncGenerator<Uint8Array> {
  const end = lineEndOf(session);
  let text = '';
  let pieces: Uint8Array[] = [];
  for await (const entries of batches) {
    for (const entry of entries) {
      text += format(entry) + end;
      if (text.length < PIECE) continue;
      pieces.push(encodeText(text));
      text = '';
      if (pieces.length < PIECES) continue;
      yield Buffer.concat(pieces);
      pieces = [];
    }
  }
  if (text !== '') pieces.push(encodeText(text));
  if (pieces.length > 0) yield Buffer.concat(pieces);
}

/** `ls -l`, and with `recursive` all directories below, each under its name, as `ls -lR` prints them. */
export async function* unixListing(
  session: Session,
  target: ListTarget,
  recursive: boolean,
): AsyncGenerator<Uint8Array> {
  const now = new Date();
  yield* textOf(session, entriesOf(session, target), (entry) => formatUnixLine(entry, now));
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
  const end = lineEndOf(session);
  for await (const name of directoriesIn(session, directory)) {
    const path = joinPath(directory, name);
    yield encodeText(`${end}${title}/${name}:${end}`);
    try {
      yield* textOf(session, entriesOf(session, { kind: 'directory', path }), (each) => formatUnixLine(each, now));
      yield* below(session, path, `${title}/${name}`, now, depth + 1);
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error; // gone or closed to us since: `ls` goes on too
    }
  }
}

/** Names. A link may lead back up: what it points to is listed where it is. */
async function* directoriesIn(session: Session, path: string): AsyncGenerator<string> {
  for await (const entries of session.storage.list(path)) {
    for (const { name, type, target } of entries)
      if (type === 'directory' && target === undefined && isListable(name)) yield name;
  }
}
