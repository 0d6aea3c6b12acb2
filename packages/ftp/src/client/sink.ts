import { createWriteStream } from 'node:fs';
import type { DownloadOptions, DownloadTarget } from './contract.js';
import { FtpError } from './errors.js';
import { FileSink } from './file-sink.js';
import { localFile } from './local-file.js';
import { StreamSink, WebStreamSink } from './stream-sink.js';

/** What a download writes to. `write` may be given chunks that are only valid until it resolves, unless it keeps them. */
export interface Sink {
  readonly keepsChunks: boolean;
  /** Whether writing can begin again at the beginning. */
  readonly rewinds: boolean;
  write(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** The last octets before this position, so that they can be compared: `OVERLAP` of them where there are as many. */
  tail(position: number): Promise<Uint8Array>;
  /** All is there. */
  end(modified?: Date): Promise<void>;
  /** It ends in an error. `resumable`: what is there may be of use. */
  fail(error: FtpError, resumable: boolean): Promise<void>;
}

/** For a device or a pipe: it is written to as a stream, and is never replaced or removed. Rejects with FtpError for a folder. */
export async function throughSink(path: string): Promise<StreamSink | undefined> {
  const there = await localFile(path);
  return there && !there.isPlain ? new StreamSink(createWriteStream(path)) : undefined;
}

/** What a download to this target writes to. */
export function sinkOf(target: DownloadTarget, { atomic }: DownloadOptions): Sink {
  if (typeof target === 'string') return new FileSink(target, { atomic: atomic !== false });
  // A response of node:http is no instance of Writable, whatever its type says.
  return 'getWriter' in target ? new WebStreamSink(target) : new StreamSink(target);
}
