import { read, writev } from 'node:fs';
import { promisify } from 'node:util';
import { StorageFault, type ReadHandle, type WriteHandle } from './contract.js';
import { closeFile } from './disk-jail.js';
import { faulting } from './errno.js';

const readAt = promisify(read);
const writeAt = promisify(writev);

/** Owns a descriptor. It is closed only after its last operation: its number may name another file from then on. */
class OpenFile {
  readonly #descriptor: number;
  #running = 0;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(fd: number) {
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
    await closeFile(this.#descriptor);
  }
}

/** A regular file open for reading from `position` on. */
export class DiskReader extends OpenFile implements ReadHandle {
  readonly size: number;
  /** Its own file offset stays at 0: give the offset to `sendfile`. */
  readonly fd: number;
  #position: number;

  constructor(fd: number, size: number, position: number) {
    super(fd);
    this.fd = fd;
    this.size = size;
    this.#position = position;
  }

  read(into: Uint8Array): Promise<number> {
    return this.use(async (fd) => {
      const { bytesRead } = await readAt(fd, into, 0, into.length, this.#position);
      this.#position += bytesRead;
      return bytesRead;
    });
  }
}

/** A regular file open for writing at `position`, whose own file offset stays at 0. */
export class DiskWriter extends OpenFile implements WriteHandle {
  readonly fd: number;
  #position: number;

  constructor(fd: number, position: number) {
    super(fd);
    this.fd = fd;
    this.#position = position;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    const position = this.#position;
    for (const chunk of chunks) this.#position += chunk.length;
    return this.use((fd) => writeFully(fd, chunks, position));
  }
}

/** A regular file opened with O_APPEND. It shows no descriptor: splice(2) refuses such files. */
export class DiskAppender extends OpenFile implements WriteHandle {
  write(chunks: readonly Uint8Array[]): Promise<void> {
    return this.use((fd) => writeFully(fd, chunks, null));
  }
}

/** writev(2) until all is written. `position` is null where the file keeps its own. */
async function writeFully(fd: number, chunks: readonly Uint8Array[], position: number | null): Promise<void> {
  let left = chunks.filter((chunk) => chunk.length > 0);
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await writeAt(fd, left, at ?? undefined);
    if (bytesWritten === 0) throw new StorageFault('failed', 'nothing was written');
    if (at !== null) at += bytesWritten;
    left = dropFront(left, bytesWritten);
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
