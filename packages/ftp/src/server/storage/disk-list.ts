import { setImmediate } from 'node:timers/promises';
import type { DirectEntries, DirectoryCalls } from '../../connection/index.js';
import type { Pace } from '../../disk/index.js';
import { ownAttributes, ownAttributesLater, type EntryAttributes } from './disk-attributes.js';
import { openDirectory, type OpenDirectory } from './disk-directory.js';
import { DiskEntry, type Owners } from './disk-entry.js';
import type { Held } from './disk-jail.js';
import { fromDisk, toDisk } from './disk-path.js';
import { storageFault } from './errno.js';
import { steadyPath } from './steady-path.js';

/** Names held, and sorted, at a time. */
const BATCH = 4096;
/** So many names take a while to sort. */
const MANY = 1024;
/** So many names, and it is worth the time to leave the rest to a thread. */
const WORTH_A_THREAD = 1500;
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
  readonly directories?: DirectoryCalls | undefined;
}

/**
 * What is in a directory, links not followed, some entries at a time, each batch of {@link BATCH} in the order of the names' bytes. Entries
 * that vanish meanwhile are left out. Memory is bounded; the event loop is never held for longer than {@link SLICE_MS} and one call.
 */
export async function* scan(listed: Listed): AsyncGenerator<readonly DiskEntry[], void, undefined> {
  const { held, pace, owners, directories } = listed;
  const directory = await openDirectory(held, pace, directories);
  try {
    for (let names = await readNames(directory, WORTH_A_THREAD); names.length > 0;) {
      const beside = names.length < WORTH_A_THREAD ? undefined : directory.readBeside?.(names);
      if (beside) return yield* readBeside(beside, owners);
      if (names.length >= WORTH_A_THREAD) names = await readNames(directory, BATCH, names);
      yield* readHere(listed, directory, names);
      names = await readNames(directory, WORTH_A_THREAD);
    }
  } finally {
    directory.close();
  }
}

async function* readBeside(
  pieces: AsyncIterable<DirectEntries>,
  owners: Owners,
): AsyncGenerator<readonly DiskEntry[], void, undefined> {
  for await (const { names, attributesOf } of pieces) {
    const found: DiskEntry[] = [];
    for (const [index, name] of names.entries()) {
      const stats = attributesOf(index);
      if (stats) found.push(new DiskEntry(fromDisk(name), stats, owners));
    }
    yield found;
    await setImmediate();
  }
}

async function* readHere(
  listed: Listed,
  directory: OpenDirectory,
  names: string[],
): AsyncGenerator<readonly DiskEntry[], void, undefined> {
  const { attributesOf } = directory;
  names.sort();
  if (names.length >= MANY) await setImmediate();
  // A new one each time, so that one hiccup does not make the rest of a large directory slow.
  const steady = attributesOf || names.length < FEW ? undefined : steadyPath(listed.held);
  const reader = new AttributeReader(listed, SLICE_MS, { steady, attributesOf });
  for (let from = 0; from < names.length;) {
    const slice = await reader.read(names, from);
    from = slice.next;
    yield slice.found;
    await setImmediate();
  }
}

/** `names` and further ones, together `many` or some more; fewer at the end of the directory. */
async function readNames(directory: OpenDirectory, many: number, names: string[] = []): Promise<string[]> {
  while (names.length < many) {
    if (names.length > 0) await setImmediate();
    const more = await directory.readNames();
    if (more.length === 0) break;
    names.push(...more);
  }
  return names;
}

interface Slice {
  readonly found: readonly DiskEntry[];
  /** Where the next slice starts. */
  readonly next: number;
}

interface Ways {
  /** See {@link steadyPath}. */
  readonly steady?: (() => boolean) | undefined;
  readonly attributesOf?: OpenDirectory['attributesOf'];
}

/** Reads attributes synchronously, which is several times faster, for as long as the disk answers from memory. */
export class AttributeReader {
  readonly #directory: Listed;
  readonly #sliceMs: number;
  readonly #attributesOf: OpenDirectory['attributesOf'];
  #steady: Ways['steady'];
  #slow = false;

  constructor(directory: Listed, sliceMs: number = SLICE_MS, { steady, attributesOf }: Ways = {}) {
    this.#directory = directory;
    this.#sliceMs = sliceMs;
    this.#steady = steady;
    this.#attributesOf = attributesOf;
  }

  /** The attributes of some of `names`, which are undecoded, from index `from` on. */
  async read(names: readonly string[], from: number): Promise<Slice> {
    return this.#slow ? this.#readParallel(names, from) : this.#readSlice(names, from);
  }

  #readSlice(names: readonly string[], from: number): Slice {
    if (this.#attributesOf) return this.#readBy(this.#attributesOf, names, from);
    const { real, path } = this.#directory.held;
    const slice = this.#readBy(attributesAt(this.#steady ? real : path), names, from);
    if (this.#steady?.() !== false) return slice;
    this.#steady = undefined;
    return this.#readBy(attributesAt(path), names, from);
  }

  #readBy(
    attributesOf: (raw: string, name: string) => EntryAttributes | undefined,
    names: readonly string[],
    from: number,
  ): Slice {
    const end = performance.now() + this.#sliceMs;
    const { owners } = this.#directory;
    const found: DiskEntry[] = [];
    let next = from;
    while (next < names.length) {
      const raw = names[next++] ?? '';
      const name = fromDisk(raw);
      const stats = attributesOf(raw, name);
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

function attributesAt(directory: string): (raw: string, name: string) => EntryAttributes | undefined {
  return (_, name) => ownAttributes(toDisk(`${directory}/${name}`));
}
