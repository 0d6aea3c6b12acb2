import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { paceOf } from '../disk/index.js';
import type { UploadSource } from './contract.js';
import { FtpError } from './errors.js';
import { localError } from './fault-error.js';

/** Octets read from a file at a time; two such buffers are in turn. */
const READ_SIZE = 512 * 1024;
/** Octets of a file that is read whole when it is opened. */
const SMALL = 64 * 1024;
const SMALLEST_READ = 4 * 1024;

/** What an upload reads from. */
export interface Source {
  /** Octets, where known beforehand. */
  readonly size: number | undefined;
  readonly modified: Date | undefined;
  /** Whether it can be read again from any offset, as a second try needs. */
  readonly repeatable: boolean;
  read(offset: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Rejects with FtpError of phase 'local' where a path cannot be opened. */
export async function openSource(source: UploadSource): Promise<Source> {
  if (typeof source === 'string') return await openFile(source);
  if (source instanceof Uint8Array) return bytesSource(source);
  return streamSource(source instanceof Readable ? source : isWebStream(source) ? Readable.fromWeb(source) : source);
}

function isWebStream(source: object): source is ReadableStream<Uint8Array> {
  return 'getReader' in source;
}

async function openFile(path: string): Promise<Source> {
  try {
    const small = await paceOf(dirname(path)).run(
      () => readSmall(path),
      async () => undefined,
    );
    return small ?? (await openLarge(path));
  } catch (cause) {
    throw localError(cause, path);
  }
}

/** A small file, whole; undefined for anything else. A pipe is not opened: closing it again would end whoever writes to it. */
function readSmall(path: string): Source | undefined {
  if (!statSync(path).isFile()) return undefined;
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > SMALL) return undefined;
    const bytes = Buffer.allocUnsafe(stats.size);
    let size = 0;
    for (let count = -1; count !== 0 && size < bytes.length; size += count)
      count = readSync(fd, bytes, size, bytes.length - size, size);
    return { ...bytesSource(bytes.subarray(0, size)), modified: stats.mtime };
  } finally {
    closeSync(fd);
  }
}

async function openLarge(path: string): Promise<Source> {
  const handle = await open(path, 'r');
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw new FtpError('USAGE', `${path} is a folder`, { phase: 'usage', path, hint: 'Use sync for folders.' });
  }
  const readSize = Math.min(READ_SIZE, Math.max(stats.size + 1, SMALLEST_READ));
  const inThread: Read = async (buffer, most, at) => (await handle.read(buffer, 0, most, at)).bytesRead;
  const pace = paceOf(dirname(path));
  const atPace: Read = (buffer, most, at) =>
    pace.run(
      () => readSync(handle.fd, buffer, 0, most, at),
      () => inThread(buffer, most, at),
    );
  return {
    size: stats.isFile() ? stats.size : undefined,
    modified: stats.mtime,
    repeatable: stats.isFile(),
    read: (offset) =>
      stats.isFile()
        ? readAhead(atPace, readSize, { from: offset, to: stats.size })
        : // A pipe may say nothing for ever: that is for a thread to wait for.
          readAhead(inThread, readSize),
    close: () => handle.close(),
  };
}

/** Fills the buffer with `most` octets at most, from there or from where the last ended; resolves with how many. */
type Read = (buffer: Uint8Array, most: number, at: number | null) => Promise<number>;

/** Reads ahead of what is being sent, by one buffer. What is added to a file later is not part of this upload. */
async function* readAhead(
  read: Read,
  size: number,
  range?: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  const buffers: Buffer[] = [];
  let position = range?.from;
  let turn = 0;
  const next = (): Promise<Uint8Array> => {
    const buffer = (buffers[turn % 2] ??= Buffer.allocUnsafe(size));
    turn += 1;
    const most = range && position !== undefined ? Math.min(size, range.to - position) : size;
    return read(buffer, most, position ?? null).then((octets) => buffer.subarray(0, octets));
  };
  let chunk = await next();
  while (chunk.length > 0) {
    if (position !== undefined) position += chunk.length;
    const ahead = range && position === range.to ? undefined : next();
    ahead?.catch(() => {}); // told when it is awaited, if the transfer goes on until then
    yield chunk;
    if (!ahead) return;
    chunk = await ahead;
  }
}

function bytesSource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    modified: undefined,
    repeatable: true,
    async *read(offset) {
      if (offset < bytes.length) yield bytes.subarray(offset);
    },
    close: async () => {},
  };
}

function streamSource(stream: AsyncIterable<Uint8Array | string>): Source {
  return {
    size: undefined,
    modified: undefined,
    repeatable: false,
    async *read() {
      for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    },
    close: async () => {
      if (stream instanceof Readable) stream.destroy();
    },
  };
}
