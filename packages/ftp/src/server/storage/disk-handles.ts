import { ftruncate, ftruncateSync, read, readSync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { StorageFault, type ReadHandle, type WriteHandle } from './contract.js';
import { closeFile } from './disk-jail.js';
import type { Pace } from '../../disk/index.js';
import { faulting } from './errno.js';

const readLater = promisify(read);
const writeLater = promisify(writev);
const truncateLater = promisify(ftruncate);
/** Octets up to which a thread costs more than copying them does. More are copied beside the event loop. */
const SHORT = 512 * 1024;

/** Owns a descriptor. It is closed only after its last operation: its number may name another file from then on. */
class OpenFile {
  protected readonly pace: Pace;
  readonly #descriptor: number;
  #running = 0;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(pace: Pace, fd: number) {
    this.pace = pace;
    this.#descriptor = fd;
  }

  close(): Promise<void> {
    this.#closing ??= faulting(() => this.#close());
    return this.#closing;
  }

  protected async use<Result>(work: (fd: number) => Promise<Result>): Promise<Result> {
    if (this.#closing !== undefined) throw new StorageFault('failed', 'the file is closed');
    this.#running++;
    try {
      return await faulting(() => work(this.#descriptor));
    } finally {
      this.#running--;
      if (this.#running === 0) this.#drained?.();
    }
  }

  async #close(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await closeFile(this.pace, this.#descriptor);
  }
}

/** A regular file open for reading from `position` on. */
export class DiskReader extends OpenFile implements ReadHandle {
  readonly size: number;
  /** Its own file offset stays at 0: give the offset to `sendfile`. */
  readonly fd: number;
  #position: number;

  constructor(pace: Pace, fd: number, size: number, position: number) {
    super(pace, fd);
    this.fd = fd;
    this.size = size;
    this.#position = position;
  }

  read(into: Uint8Array): Promise<number> {
    return this.use(async (fd) => {
      const count = await readAt(this.pace, fd, into, this.#position);
      this.#position += count;
      return count;
    });
  }
}

/** A regular file open for writing at `position`, whose own file offset stays at 0. */
export class DiskWriter extends OpenFile implements WriteHandle {
  readonly fd: number;
  #position: number;
  /** Drops what is replaced; done once, before the first write. */
  #truncated: Promise<void> | undefined;
  readonly #truncate: boolean;

  /** `truncate`: what lies from `position` on is dropped before the first write. */
  constructor(
    pace: Pace,
    fd: number,
    { position, truncate }: { readonly position: number; readonly truncate: boolean },
  ) {
    super(pace, fd);
    this.fd = fd;
    this.#position = position;
    this.#truncate = truncate;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    const position = this.#position;
    for (const chunk of chunks) this.#position += chunk.length;
    return this.use(async (fd) => {
      if (this.#truncate) {
        this.#truncated ??= this.pace.run(
          () => ftruncateSync(fd, position),
          () => truncateLater(fd, position),
        );
        await this.#truncated;
      }
      await writeFully(this.pace, fd, chunks, position);
    });
  }
}

/** A regular file opened with O_APPEND. It shows no descriptor: splice(2) refuses such files. */
export class DiskAppender extends OpenFile implements WriteHandle {
  write(chunks: readonly Uint8Array[]): Promise<void> {
    return this.use((fd) => writeFully(this.pace, fd, chunks, null));
  }
}

function readAt(pace: Pace, fd: number, into: Uint8Array, position: number): Promise<number> {
  const later = async (): Promise<number> => (await readLater(fd, into, 0, into.length, position)).bytesRead;
  return into.length > SHORT ? later() : pace.run(() => readSync(fd, into, 0, into.length, position), later);
}

function writeAt(pace: Pace, fd: number, chunks: readonly Uint8Array[], position: number | undefined): Promise<number> {
  const later = async (): Promise<number> => (await writeLater(fd, chunks, position)).bytesWritten;
  const octets = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return octets > SHORT ? later() : pace.run(() => writevSync(fd, chunks, position), later);
}

/** writev(2) until all is written. `position` is null where the file keeps its own. */
async function writeFully(
  pace: Pace,
  fd: number,
  chunks: readonly Uint8Array[],
  position: number | null,
): Promise<void> {
  let left = chunks.filter((chunk) => chunk.length > 0);
  let at = position;
  while (left.length > 0) {
    const written = await writeAt(pace, fd, left, at ?? undefined);
    if (written === 0) throw new StorageFault('failed', 'nothing was written');
    if (at !== null) at += written;
    left = dropFront(left, written);
  }
}

/** What is behind the first `count` octets of `chunks`, as views. */
export function dropFront(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let index = 0;
  let rest = count;
  for (let chunk = chunks[0]; chunk !== undefined && chunk.length <= rest; chunk = chunks[index]) {
    rest -= chunk.length;
    index++;
  }
  const behind = chunks.slice(index);
  if (rest > 0 && behind[0] !== undefined) behind[0] = behind[0].subarray(rest);
  return behind;
}
