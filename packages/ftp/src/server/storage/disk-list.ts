import { opendirSync, type Dir } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { ownAttributes, ownAttributesLater } from './disk-attributes.js';
import { DiskEntry, type Owners } from './disk-entry.js';
import type { Pace } from '../../disk/index.js';
import type { Held } from './disk-jail.js';
import { fromDisk, toDisk } from './disk-path.js';
import { storageFault } from './errno.js';
import { steadyPath } from './steady-path.js';

/** Entries the kernel is asked for in one go. */
const READ_AHEAD = 1024;
/** Names held, and sorted, at a time. */
const BATCH = 4 * READ_AHEAD;
const RAW = { encoding: 'latin1', bufferSize: READ_AHEAD } as const;
/** How long other connections may wait for a listing. */
const SLICE_MS = 1;
/** Attributes read between two looks at the clock, which takes a fiftieth of the time of reading one. */
const UNTIMED = 16;
/** Attributes asked for at once on a disk that is slow to give them. */
const PARALLEL = 64;
/** Names for which it is not worth the time to look at the path. */
const FEW = 64;

/** A directory to be listed. */
export interface Listed {
  readonly held: Held;
  readonly pace: Pace;
  readonly owners: Owners;
}

/**
 * What is in a directory, links not followed, some entries at a time, each batch of {@link BATCH} in the order of the names' bytes. Entries
 * that vanish meanwhile are left out. Memory is bounded; the event loop is never held for longer than {@link SLICE_MS} and one call.
 */
export async function* scan(directory: Listed): AsyncGenerator<readonly DiskEntry[], void, undefined> {
  const { held, pace } = directory;
  const path = toDisk(held.path);
  const dir = await pace.run(
    () => opendirSync(path, RAW),
    () => opendir(path, RAW),
  );
  try {
    for (let names = await readBatch(dir, pace); names.length > 0; names = await readBatch(dir, pace)) {
      names.sort();
      if (names.length >= READ_AHEAD) await setImmediate();
      // A new one each time, so that one hiccup does not make the rest of a large directory slow.
      const steady = names.length < FEW ? undefined : steadyPath(held);
      const reader = new AttributeReader(directory, SLICE_MS, steady);
      for (let from = 0; from < names.length;) {
        const slice = await reader.read(names, from);
        from = slice.next;
        yield slice.found;
        await setImmediate();
      }
    }
  } finally {
    dir.closeSync();
  }
}

/** Up to {@link BATCH} names, undecoded; none at the end of the directory. */
async function readBatch(dir: Dir, pace: Pace): Promise<string[]> {
  const names: string[] = [];
  while (names.length < BATCH) {
    if (names.length > 0) await setImmediate();
    const first = await pace.run(
      () => dir.readSync(),
      () => dir.read(),
    );
    if (first === null) break;
    names.push(first.name);
    // That has filled the buffer, so these calls do not wait.
    for (let buffered = 1; buffered < READ_AHEAD; buffered++) {
      const next = dir.readSync();
      if (next === null) return names;
      names.push(next.name);
    }
  }
  return names;
}

interface Slice {
  readonly found: readonly DiskEntry[];
  /** Where the next slice starts. */
  readonly next: number;
}

/** Reads attributes synchronously, which is several times faster, for as long as the disk answers from memory. */
export class AttributeReader {
  readonly #directory: Listed;
  readonly #sliceMs: number;
  /** See {@link steadyPath}. */
  #steady: (() => boolean) | undefined;
  #slow = false;

  constructor(directory: Listed, sliceMs: number = SLICE_MS, steady?: () => boolean) {
    this.#directory = directory;
    this.#sliceMs = sliceMs;
    this.#steady = steady;
  }

  /** The attributes of some of `names`, which are undecoded, from index `from` on. */
  async read(names: readonly string[], from: number): Promise<Slice> {
    return this.#slow ? this.#readParallel(names, from) : this.#readSlice(names, from);
  }

  #readSlice(names: readonly string[], from: number): Slice {
    const { real, path } = this.#directory.held;
    const slice = this.#readIn(this.#steady ? real : path, names, from);
    if (this.#steady?.() !== false) return slice;
    this.#steady = undefined;
    return this.#readIn(path, names, from);
  }

  #readIn(directory: string, names: readonly string[], from: number): Slice {
    const end = performance.now() + this.#sliceMs;
    const { owners } = this.#directory;
    const found: DiskEntry[] = [];
    let next = from;
    while (next < names.length) {
      const name = fromDisk(names[next++] ?? '');
      const stats = ownAttributes(toDisk(`${directory}/${name}`));
      if (stats !== undefined) found.push(new DiskEntry(name, stats, owners));
      if ((next - from) % UNTIMED === 1 && performance.now() > end) break;
    }
    // One call that alone uses up a slice has waited for a disk or a network.
    if (next === from + 1 && next < names.length) this.#slow = true;
    return { found, next };
  }

  async #readParallel(names: readonly string[], from: number): Promise<Slice> {
    const { held, owners } = this.#directory;
    const group = names.slice(from, from + PARALLEL).map(fromDisk);
    // All settle before any failure leaves: none may use the directory's descriptor after it is closed.
    const results = await Promise.allSettled(group.map((name) => ownAttributesLater(toDisk(`${held.path}/${name}`))));
    const found: DiskEntry[] = [];
    for (const [index, result] of results.entries()) {
      const name = group[index] ?? '';
      if (result.status === 'fulfilled') found.push(new DiskEntry(name, result.value, owners));
      else if (storageFault(result.reason).code !== 'not-found') throw storageFault(result.reason);
    }
    return { found, next: from + group.length };
  }
}
