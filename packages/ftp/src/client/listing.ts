import { baseName, LineSplitter, ListingParser, type Reply, decodeText, isCompletion } from '../protocol/index.js';
import type { Connections } from './connections.js';
import type { CallOptions, Listing, RemoteEntry } from './contract.js';
import { type DataAttempt, FtpError, ReplyError } from './errors.js';
import { receive } from './receive.js';
import { entryPath } from './remote-path.js';
import { replyError } from './reply-error.js';
import type { ClientSession } from './session.js';

/** Two paths of full length, and what stands before them. */
const LONGEST_LINE = 16_384;
/** How some servers say that a folder is empty. */
const EMPTY = /no (?:files|entries|data sets|members)|empty/i;
/** vsftpd's 226 for a folder that may be entered and not read: nothing is listed, as if it were empty. */
const UNREAD = /failed to open directory/i;

/** The entries of one folder. None is given out before the listing is known to be whole; the connection is free again by then. */
export class FolderListing implements Listing {
  readonly #read: () => Promise<RemoteEntry[]>;
  #entries: Promise<RemoteEntry[]> | undefined;
  #next = 0;

  constructor(read: () => Promise<RemoteEntry[]>) {
    this.#read = read;
  }

  async toArray(): Promise<RemoteEntry[]> {
    this.#entries ??= this.#read();
    return await this.#entries;
  }

  async next(): Promise<IteratorResult<RemoteEntry, undefined>> {
    const entry = (await this.toArray())[this.#next];
    this.#next += 1;
    return entry ? { done: false, value: entry } : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<RemoteEntry, undefined>> {
    this.#next = Number.MAX_SAFE_INTEGER;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Reads a folder, by MLSD (RFC 3659 §7) where the server has it, else by LIST. */
export async function readFolder(
  connections: Connections,
  path: string,
  options: CallOptions = {},
): Promise<RemoteEntry[]> {
  const attempts: DataAttempt[] = [];
  return await connections.use((session) => readIn(connections, session, path, options.signal, attempts), {
    ...options,
    heedsSignal: true,
  });
}

/** Reads a folder by LIST, whatever the server offers. */
export async function readFolderByList(
  connections: Connections,
  path: string,
  options: CallOptions = {},
): Promise<RemoteEntry[]> {
  const attempts: DataAttempt[] = [];
  const read = async (session: ClientSession): Promise<RemoteEntry[]> =>
    (await readByList(connections, session, path, options.signal, attempts)).entries;
  return await connections.use(read, { ...options, heedsSignal: true });
}

/** One that was cut short inside TLS is not taken for whole, unless the server always ends it like that: a second reading tells. */
export async function readIn(
  connections: Connections,
  session: ClientSession,
  path: string,
  signal: AbortSignal | undefined,
  attempts: DataAttempt[],
): Promise<RemoteEntry[]> {
  const read = (): Promise<ReadListing> => readOnce(connections, session, path, signal, attempts);
  const first = await read();
  if (first.endedProperly) {
    if (session.protectsData) connections.tlsEnd = 'proper';
    return first.entries;
  }
  if (connections.tlsEnd === 'abrupt') return first.entries;
  const again = connections.tlsEnd === 'proper' ? undefined : await read();
  if (!again || (!again.endedProperly && !isAlike(first, again))) throw cutShort(path);
  connections.tlsEnd = again.endedProperly ? 'proper' : 'abrupt';
  return again.entries;
}

/** What is cut before its first octet is so each time, and says nothing of the server. */
function isAlike(first: ReadListing, again: ReadListing): boolean {
  return first.octets > 0 && first.octets === again.octets;
}

function cutShort(path: string): FtpError {
  return new FtpError('TRUNCATED', `${path}: the listing was cut short: TLS ended without close_notify`, {
    phase: 'transfer',
    path,
    retryable: true,
  });
}

interface ReadListing {
  readonly entries: RemoteEntry[];
  /** That were not blank. */
  readonly lines: number;
  readonly octets: number;
  readonly endedProperly: boolean;
}

async function readOnce(
  connections: Connections,
  session: ClientSession,
  path: string,
  signal: AbortSignal | undefined,
  attempts: DataAttempt[],
): Promise<ReadListing> {
  const { features } = connections.facts ?? { features: new Map<string, string>() };
  if (!connections.noMlsd && (features.has('MLST') || features.has('MLSD'))) {
    try {
      return await new Lines(session, path, signal, attempts).read('MLSD', path);
    } catch (error) {
      if (!(error instanceof ReplyError) || error.code !== 'UNSUPPORTED') throw error;
      connections.noMlsd = true;
    }
  }
  return await readByList(connections, session, path, signal, attempts);
}

/**
 * The folder is entered first: LIST takes wildcards and options, not always names, and shows a link instead of what it leads to.
 * `-a` shows hidden names, unless the server takes it for a name.
 */
async function readByList(
  connections: Connections,
  session: ClientSession,
  path: string,
  signal: AbortSignal | undefined,
  attempts: DataAttempt[],
): Promise<ReadListing> {
  if (session.directory !== path) {
    const reply = await session.exchange('CWD', path);
    if (!isCompletion(reply.code)) throw replyError('CWD', reply, path);
    session.directory = path;
  }
  if (connections.listArgument === '-a') {
    const all = await listQuietly(session, path, signal, attempts, '-a');
    if (all && all.lines > 0) return all;
  }
  const plain = await new Lines(session, path, signal, attempts).read('LIST', undefined, { entered: true });
  if (plain.lines > 0) connections.listArgument = '';
  return plain;
}

/** Undefined where the server refuses it, as one may that takes `-a` for a name. */
async function listQuietly(
  session: ClientSession,
  path: string,
  signal: AbortSignal | undefined,
  attempts: DataAttempt[],
  argument: string,
): Promise<ReadListing | undefined> {
  try {
    return await new Lines(session, path, signal, attempts).read('LIST', argument);
  } catch (error) {
    if (error instanceof ReplyError && error.connectionUsable) return undefined;
    if (error instanceof FtpError && error.code === 'LISTING') return undefined;
    throw error;
  }
}

/** One listing, as its lines come. */
class Lines {
  readonly #session: ClientSession;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #attempts: DataAttempt[];
  readonly #splitter = new LineSplitter({ maxLineLength: LONGEST_LINE });
  readonly #parser: ListingParser;
  readonly #entries: RemoteEntry[] = [];
  #octets = 0;
  #lines = 0;

  constructor(session: ClientSession, path: string, signal: AbortSignal | undefined, attempts: DataAttempt[]) {
    const { zoneMinutes, listingFormat } = session.core.settings.options;
    this.#session = session;
    this.#path = path;
    this.#signal = signal;
    this.#attempts = attempts;
    this.#parser = new ListingParser({
      now: new Date(),
      ...(zoneMinutes !== undefined && { zoneMinutes }),
      ...(listingFormat !== undefined && { format: listingFormat }),
    });
  }

  async read(verb: 'LIST' | 'MLSD', argument?: string, { entered = false } = {}): Promise<ReadListing> {
    let endedProperly = true;
    try {
      const received = await receive(this.#session, {
        verb,
        attempts: this.#attempts,
        signal: this.#signal,
        keepsChunks: false,
        watchesEnd: true,
        deliver: (chunks) => this.#take(chunks),
        ...(argument !== undefined && { argument }),
      });
      endedProperly = received.endedProperly;
      const { reply } = received;
      if (reply && UNREAD.test(reply.lines.join(' '))) throw this.#unread(verb, reply);
    } catch (error) {
      const empty = entered && error instanceof FtpError && error.code === 'NOT_FOUND';
      if (!empty && !isEmptyFolder(error, this.#path)) throw error;
    }
    const octets = this.#octets;
    this.#take([Buffer.from('\n')]); // the last line may lack its end
    this.#parser.end();
    if (endedProperly) this.#report();
    if (endedProperly) this.#expectSense();
    return { entries: this.#entries, lines: this.#lines, octets, endedProperly };
  }

  #unread(verb: string, reply: Reply): ReplyError {
    const message = `${this.#path}: the server may not read this folder: ${reply.code} ${reply.lines.at(-1) ?? ''}`;
    return new ReplyError('PERMISSION', message, { reply, command: verb, path: this.#path });
  }

  /** An empty listing is not made of lines that nobody understands. */
  #expectSense(): void {
    const { unparsedCount, unparsed } = this.#parser;
    if (this.#entries.length > 0 || unparsedCount === 0 || unparsed.every((line) => EMPTY.test(line))) return;
    throw new FtpError('LISTING', `${this.#path}: no line of the listing is understood`, {
      path: this.#path,
      hint: 'listingFormat says how LIST is to be read.',
    });
  }

  #take(chunks: readonly Uint8Array[]): void {
    const { limits, codec } = this.#session.core.settings;
    for (const chunk of chunks) {
      this.#octets += chunk.length;
      if (this.#octets > limits.maxListingLength) {
        throw new FtpError('LIMIT', `${this.#path}: the listing is longer than limits.maxListingLength`, {
          path: this.#path,
        });
      }
      for (const line of this.#splitter.push(chunk)) {
        const text = line.kind === 'line' ? codec.fromWire(decodeText(line.bytes)) : '?'.repeat(LONGEST_LINE + 1);
        if (text.trim() !== '') this.#lines += 1;
        for (const entry of this.#parser.push(text))
          this.#entries.push({ ...entry, path: entryPath(this.#path, entry) });
      }
    }
  }

  #report(): void {
    const { unparsedCount, unparsed } = this.#parser;
    if (unparsedCount === 0) return;
    const message = `${this.#path}: ${unparsedCount} line${unparsedCount === 1 ? '' : 's'} of the listing not understood: ${unparsed[0]?.slice(0, 200)}`;
    this.#session.core.warn('UNPARSED_LISTING_LINES', message, this.#session.number);
  }
}

/** The reply may have the folder's name in it, which says nothing. */
function isEmptyFolder(error: unknown, path: string): boolean {
  const reply: Reply | undefined = error instanceof ReplyError ? error.reply : undefined;
  return (
    (reply?.code === 450 || reply?.code === 550) && EMPTY.test(reply.lines.join(' ').replaceAll(baseName(path), ''))
  );
}
