import { fstatSync, renameSync, statSync, utimesSync, writeFileSync, writevSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../connection/index.js';
import { type Pace, paceOf } from '../disk/index.js';
import { inUse } from './claims.js';
import type { ContentHash } from './content-hash.js';
import { FtpError } from './errors.js';
import { localError } from './fault-error.js';
import { OVERLAP } from './overlap.js';
import type { Sink } from './sink.js';

/** Octets of a file that is not written before it is whole. */
const SMALL = 64 * 1024;
/** Octets read at a time for a hash. */
const HASHED = 1024 * 1024;

/** A file, written at positions: under a temporary name until it is whole, where that is asked for. */
export class FileSink implements Sink {
  readonly keepsChunks = false;
  readonly rewinds = true;
  readonly path: string;
  /** Where it is written until it is whole. */
  readonly partial: string;
  #handle: FileHandle | undefined;
  #written = 0;
  readonly #small: Uint8Array[] = [];
  #smallSize = 0;
  /** Under way; a transfer that is given up does not wait for them, what is done to the file behind it does. */
  readonly #writing = new Set<Promise<void>>();
  #joined = true;
  #failed: FtpError | undefined;

  constructor(path: string, { atomic }: { readonly atomic: boolean }) {
    this.path = path;
    this.partial = atomic ? `${path}.part` : path;
  }

  /** `keep`: octets of what is there already. The file is made when the first octet, or the end, has come. */
  async open(keep: number): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    try {
      this.#handle = await this.#opened(keep);
      this.#written = keep;
    } catch (cause) {
      throw localError(cause, this.path, this.partial);
    }
    if (this.#smallSize > 0) await this.#writeAt(this.#handle, this.#small.splice(0), 0);
    this.#smallSize = 0;
    return this.#handle;
  }

  #opened(keep: number): Promise<FileHandle> {
    if (keep > 0) return openBegun(this.partial, keep);
    return this.partial === this.path ? open(this.path, 'w+') : openAnew(this.partial);
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    if (this.#failed) throw this.#failed;
    const writing = this.#write(chunks, position);
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** What is small is kept until it is whole: nothing else is done to the disk for it than to write it at the end. */
  async #write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    if (!this.#handle && position === this.#smallSize && this.#keepSmall(chunks)) return;
    const handle = await this.open(0);
    await this.#writeAt(handle, chunks, position);
  }

  #keepSmall(chunks: readonly Uint8Array[]): boolean {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, this.#smallSize);
    if (size > SMALL) return false;
    for (const chunk of chunks) this.#small.push(Uint8Array.from(chunk));
    this.#smallSize = size;
    return true;
  }

  async #writeAt(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
    try {
      await this.#writeAll(handle, chunks, position);
    } catch (cause) {
      throw localError(cause, this.path, this.partial);
    }
    for (const chunk of chunks) this.#written += chunk.length;
  }

  /** `writev` may write less than it was given. */
  async #writeAll(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
    let at = position;
    for (let left = chunks.filter((chunk) => chunk.length > 0); left.length > 0;) {
      const written = await this.#pace.run(
        () => writevSync(handle.fd, left, at),
        async () => (await handle.writev(left, at)).bytesWritten,
      );
      at += written;
      left = behind(left, written);
    }
  }

  async end(modified?: Date): Promise<void> {
    try {
      if (!this.#handle) return await this.#endSmall(modified);
      const handle = await this.open(0);
      if (modified) await handle.utimes(modified, modified);
      await this.#expectOurs(handle, this.partial);
      await handle.close();
      this.#handle = undefined;
      if (this.partial !== this.path) await rename(this.partial, this.path);
    } catch (cause) {
      throw localError(cause, this.path, this.partial);
    }
  }

  async #endSmall(modified: Date | undefined): Promise<void> {
    const { partial, path } = this;
    const content = Buffer.concat(this.#small.splice(0));
    if (partial === path) return await this.#putSmall(content, modified, 'w');
    await anew(partial, () => this.#putSmall(content, modified, 'wx'));
  }

  async #putSmall(content: Uint8Array, modified: Date | undefined, flag: 'w' | 'wx'): Promise<void> {
    const { partial, path } = this;
    await this.#pace.run(
      () => {
        writeFileSync(partial, content, { flag });
        if (modified) utimesSync(partial, modified, modified);
        if (partial !== path) renameSync(partial, path);
      },
      async () => {
        await writeFile(partial, content, { flag });
        if (modified) await utimes(partial, modified, modified);
        if (partial !== path) await rename(partial, path);
      },
    );
  }

  /** What is there already, for comparison and for hashes. */
  async readBack(start: number, end: number): Promise<Uint8Array> {
    const handle = this.#handle ?? (await this.open(this.#smallSize > 0 ? 0 : end));
    const bytes = Buffer.alloc(end - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  }

  tail(position: number): Promise<Uint8Array> {
    return this.readBack(Math.max(0, position - OVERLAP), position);
  }

  /** Takes what others left under the final name for the beginning. */
  async adopt(): Promise<void> {
    if (this.partial !== this.path) await rename(this.path, this.partial);
  }

  /** The hash of what is there, read anew. */
  async hash(hash: ContentHash, size: number): Promise<string> {
    for (let at = 0; at < size; at += HASHED) hash.update(await this.readBack(at, Math.min(at + HASHED, size)));
    return hash.hex();
  }

  /** For a file that is written in several places at once. It has another name: what is left of it, gaps and all, is not to be gone on with. */
  async openPieces(): Promise<void> {
    try {
      this.#handle = await openAnew(this.#pieces);
    } catch (cause) {
      throw localError(cause, this.path, this.#pieces);
    }
    this.#joined = false;
  }

  async writePiece(chunks: readonly Uint8Array[], position: number): Promise<void> {
    if (this.#joined) throw new FtpError('LOCAL', 'The file has been put together already', { phase: 'local' });
    await this.write(chunks, position);
  }

  /** No piece is written any more: so many octets are there without gaps. */
  async joinPieces(size: number): Promise<void> {
    this.#joined = true;
    await this.cut(size);
    if (this.#handle) await this.#expectOurs(this.#handle, this.#pieces);
    try {
      await rename(this.#pieces, this.partial);
    } catch (cause) {
      throw localError(cause, this.path, this.partial);
    }
  }

  get #pace(): Pace {
    return paceOf(dirname(this.path));
  }

  get #pieces(): string {
    return `${this.path}.pieces`;
  }

  /** Begins again at the beginning. */
  async rewind(): Promise<void> {
    this.#small.length = 0;
    this.#smallSize = 0;
    await this.cut(0);
  }

  /** Shortens it to what is there without gaps. */
  async cut(size: number): Promise<void> {
    await Promise.allSettled(this.#writing);
    await this.#handle?.truncate(size);
    this.#written = size;
  }

  async fail(error: FtpError, resumable: boolean): Promise<void> {
    this.#failed = error;
    await Promise.allSettled(this.#writing);
    const opened = this.#handle;
    if (!opened) return;
    this.#handle = undefined;
    const isOfUse = resumable && this.#written > 0;
    if (!isOfUse && (await this.#isOurs(opened, this.partial))) await rm(this.partial, { force: true });
    await opened.close();
  }

  async #expectOurs(handle: FileHandle, name: string): Promise<void> {
    if (!(await this.#isOurs(handle, name))) throw inUse(name, 'Another program has taken it away meanwhile');
  }

  /** Another program that downloads to the same path begins a file of its own under the same name. */
  async #isOurs(handle: FileHandle, name: string): Promise<boolean> {
    const [ours, there] = await this.#pace.run(
      () => [fstatSync(handle.fd), statSync(name, { throwIfNoEntry: false })] as const,
      () => Promise.all([handle.stat(), stat(name).catch(() => undefined)]), // told by what is done with the name
    );
    return ours.ino === there?.ino && ours.dev === there.dev;
  }
}

/** Makes a file under a temporary name. One that is there may be open in another program: it is not written to, but replaced. */
async function anew<T>(path: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    await rm(path, { force: true });
    return await make();
  }
}

function openAnew(path: string): Promise<FileHandle> {
  return anew(path, () => open(path, 'wx+'));
}

/** So many octets were there a moment ago: if there are others now, somebody writes to it. */
async function openBegun(path: string, octets: number): Promise<FileHandle> {
  const handle = await open(path, 'r+');
  if ((await handle.stat()).size === octets) return handle;
  await handle.close();
  throw inUse(path, 'Another program writes to it');
}

function behind(chunks: readonly Uint8Array[], octets: number): Uint8Array[] {
  let skip = octets;
  const left: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (skip < chunk.length) left.push(chunk.subarray(skip));
    skip = Math.max(0, skip - chunk.length);
  }
  return left;
}
