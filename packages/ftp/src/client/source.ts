import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { UploadSource } from './contract.js';
import { FtpError } from './errors.js';
import { localError } from './fault-error.js';

/** Octets read from a file at a time; two such buffers are in turn. */
const READ_SIZE = 512 * 1024;
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
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    throw localError(cause, path);
  }
  const stats = await handle.stat();
  if (stats.isDirectory()) {
    await handle.close();
    throw new FtpError('USAGE', `${path} is a folder`, { phase: 'usage', path, hint: 'Use sync for folders.' });
  }
  return {
    size: stats.isFile() ? stats.size : undefined,
    modified: stats.mtime,
    repeatable: stats.isFile(),
    read: (offset) =>
      readFile(
        handle,
        stats.isFile() ? offset : undefined,
        Math.min(READ_SIZE, Math.max(stats.size + 1, SMALLEST_READ)),
      ),
    close: () => handle.close(),
  };
}

/** Reads ahead of what is being sent, by one buffer. */
async function* readFile(handle: FileHandle, offset: number | undefined, size: number): AsyncGenerator<Uint8Array> {
  const buffers: Buffer[] = [];
  let position = offset;
  let turn = 0;
  const next = (): Promise<Uint8Array> => {
    const buffer = (buffers[turn % 2] ??= Buffer.allocUnsafe(size));
    turn += 1;
    return handle.read(buffer, 0, size, position ?? null).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
  };
  let chunk = await next();
  while (chunk.length > 0) {
    if (position !== undefined) position += chunk.length;
    // A short read is the end of a file; what is added to it later is not part of this upload.
    const isEnd = position !== undefined && chunk.length < size;
    const ahead = isEnd ? undefined : next();
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
