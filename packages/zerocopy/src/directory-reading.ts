import type { Directories } from './directories.js';
import { PIECE, PIECES, PIECE_WORDS, type Piece, type ReadRequest, SEPARATOR } from './directory-messages.js';
import { KEPT_WORDS } from './statx-attributes.js';

/** Names sorted at a time. */
const BATCH = 4096;
const HALF = PIECE / 2;
/** Half a piece takes a fraction of it, unless the disk is waited for. */
const QUICK_MS = 2;
/** Attributes read between two looks at the clock. */
const UNTIMED = 16;

/** A directory that is being read, in the thread that does it. */
export class DirectoryReading {
  readonly #calls: Directories;
  readonly #directory: number;
  readonly #memory: Uint32Array;
  #names: string[];
  /** Of the names; infinite before any are sorted. */
  #next = Infinity;
  #turn = 0;
  #free = PIECES;

  constructor({ directory, names, memory }: ReadRequest, calls: Directories) {
    this.#calls = calls;
    this.#directory = directory;
    this.#memory = new Uint32Array(memory);
    this.#names = [...names];
  }

  /** Whether there is memory for a piece. */
  get readable(): boolean {
    return this.#free > 0;
  }

  /** A piece has been used. */
  release(): void {
    this.#free += 1;
  }

  /**
   * The next entries, their attributes in memory; without names at the end. When the other thread waits for them, and the disk is not waited
   * for, it is given only half of the attributes: it reads the others itself meanwhile.
   */
  readPiece(): Piece {
    if (this.#next >= this.#names.length) this.#readBatch(); // which takes longer than a piece
    const awaited = this.#free >= PIECES - 1;
    const until = performance.now() + QUICK_MS;
    const start = this.#turn * PIECE_WORDS;
    const names = this.#readEntries(start, until);
    let known = names.length;
    if (performance.now() < until) {
      const more = awaited ? this.#takeNames() : this.#readEntries(start + known * KEPT_WORDS, until);
      names.push(...more);
      if (!awaited) known = names.length;
    }
    this.#turn = (this.#turn + 1) % PIECES;
    this.#free -= 1;
    return { names: names.join(SEPARATOR), known };
  }

  /** Names of half a piece or, at the end and where it takes long, of less. */
  #readEntries(start: number, until: number): string[] {
    const names: string[] = [];
    while (names.length < HALF) {
      if (names.length % UNTIMED === 1 && performance.now() > until) break;
      const name = this.#nextName();
      if (name === undefined) break;
      const place = start + names.length * KEPT_WORDS;
      if (this.#calls.readAttributes(this.#directory, name, this.#memory, place)) names.push(name);
    }
    return names;
  }

  #takeNames(): string[] {
    const names: string[] = [];
    for (let name = this.#nextName(); name !== undefined; name = this.#nextName()) {
      names.push(name);
      if (names.length === HALF) break;
    }
    return names;
  }

  #nextName(): string | undefined {
    if (this.#next >= this.#names.length) this.#readBatch();
    return this.#names[this.#next++];
  }

  #readBatch(): void {
    const names = this.#next === Infinity ? this.#names : [];
    while (names.length < BATCH) {
      const more = this.#calls.readNames(this.#directory);
      if (!more) break;
      names.push(...more);
    }
    this.#names = names.toSorted();
    this.#next = 0;
  }
}
