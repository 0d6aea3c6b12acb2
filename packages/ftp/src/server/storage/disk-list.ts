import { lstat, opendir } from 'node:fs/promises';
import { lstatSync, type BigIntStats, type Dir } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Held } from './disk-jail.js';
import { fromDisk, toDisk } from './disk-path.js';
import { storageFault } from './errno.js';

/** Entries the kernel is asked for in one go. */
const READ_AHEAD = 1024;
/** Names held, and sorted, at a time. */
const BATCH = 4 * READ_AHEAD;
/** How long other connections may wait for a listing. */
const SLICE_MS = 1;
/** Attributes asked for at once on a disk that is slow to give them. */
const PARALLEL = 64;

/** A name in a directory and its own attributes (links not followed). */
export interface Found {
  readonly name: string;
  readonly stats: BigIntStats;
}

/**
 * What is in a held directory, some entries at a time, each batch of {@link BATCH} in the order of the names' bytes. Entries
 * that vanish meanwhile are left out. Memory is bounded; the event loop is never held for longer than {@link SLICE_MS} and one call.
 */
export async function* scan(directory: Held): AsyncGenerator<readonly Found[], void, undefined> {
  const dir = await opendir(toDisk(directory.path), { encoding: 'latin1', bufferSize: READ_AHEAD });
  try {
    for (let names = await readBatch(dir); names.length > 0; names = await readBatch(dir)) {
      names.sort();
      // A new one each time, so that one hiccup does not make the rest of a large directory slow.
      const reader = new AttributeReader(directory);
      for (let from = 0; from < names.length;) {
        const slice = await reader.read(names, from);
        from = slice.next;
        yield slice.found;
        await setImmediate();
      }
    }
  } finally {
    await dir.close();
  }
}

/** Up to {@link BATCH} names, undecoded; none at the end of the directory. */
async function readBatch(dir: Dir): Promise<string[]> {
  const names: string[] = [];
  while (names.length < BATCH) {
    const first = await dir.read();
    if (first === null) break;
    names.push(first.name);
    // The awaited read has filled the buffer, so these calls do not wait.
    for (let buffered = 1; buffered < READ_AHEAD; buffered++) {
      const next = dir.readSync();
      if (next === null) return names;
      names.push(next.name);
    }
  }
  return names;
}

interface Slice {
  readonly found: readonly Found[];
  /** Where the next slice starts. */
  readonly next: number;
}

/** Reads attributes synchronously, which is several times faster, for as long as the disk answers from memory. */
export class AttributeReader {
  readonly #directory: Held;
  readonly #sliceMs: number;
  #slow = false;

  constructor(directory: Held, sliceMs: number = SLICE_MS) {
    this.#directory = directory;
    this.#sliceMs = sliceMs;
  }

  /** The attributes of some of `names`, which are undecoded, from index `from` on. */
  async read(names: readonly string[], from: number): Promise<Slice> {
    return this.#slow ? this.#readParallel(names, from) : this.#readSlice(names, from);
  }

  #readSlice(names: readonly string[], from: number): Slice {
    const end = performance.now() + this.#sliceMs;
    const found: Found[] = [];
    let next = from;
    while (next < names.length) {
      const name = fromDisk(names[next++] ?? '');
      const stats = lstatSync(this.#path(name), { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined) found.push({ name, stats });
      if (performance.now() > end) break;
    }
    // One call that alone uses up a slice has waited for a disk or a network.
    if (next === from + 1 && next < names.length) this.#slow = true;
    return { found, next };
  }

  async #readParallel(names: readonly string[], from: number): Promise<Slice> {
    const group = names.slice(from, from + PARALLEL).map(fromDisk);
    // All settle before any failure leaves: none may use the directory's descriptor after it is closed.
    const results = await Promise.allSettled(group.map((name) => lstat(this.#path(name), { bigint: true })));
    const found: Found[] = [];
    for (const [index, result] of results.entries()) {
      const name = group[index] ?? '';
      if (result.status === 'fulfilled') found.push({ name, stats: result.value });
      else if (storageFault(result.reason).code !== 'not-found') throw storageFault(result.reason);
    }
    return { found, next: from + group.length };
  }

  #path(name: string): string | Buffer {
    return toDisk(`${this.#directory.path}/${name}`);
  }
}
