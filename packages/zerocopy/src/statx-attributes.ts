import type { DirectAttributes } from '@twinport/ftp/server';

/** In struct statx. */
export const STATX_WORDS = 64;
/** Of them, those that are kept: links, owners, mode; inode, size; birth; modification; device. */
const KEPT = [4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 28, 29, 30, 34, 35] as const;
export const KEPT_WORDS = KEPT.length;

/** Keeps what an entry needs of struct statx: a cache line instead of four. */
export function keep(statx: Uint32Array, into: Uint32Array, start: number): void {
  for (let index = 0; index < KEPT_WORDS; index += 1) into[start + index] = statx[KEPT[index] ?? 0] ?? 0;
}

/** What {@link keep} has kept. Two words are one number of 64 bits. */
export class StatxAttributes implements DirectAttributes {
  readonly #words: Uint32Array;
  readonly #start: number;

  /** `start`: the word where it begins. */
  constructor(words: Uint32Array, start: number) {
    this.#words = words;
    this.#start = start;
  }

  get mode(): number {
    return this.#word(3) & 0xffff;
  }

  get nlink(): number {
    return this.#word(0);
  }

  get uid(): number {
    return this.#word(1);
  }

  get gid(): number {
    return this.#word(2);
  }

  get ino(): number | bigint {
    const number = this.#long(4);
    return number <= Number.MAX_SAFE_INTEGER ? number : (BigInt(this.#word(5)) << 32n) | BigInt(this.#word(4));
  }

  get size(): number {
    return this.#long(6);
  }

  get birthtimeMs(): number {
    return this.#milliseconds(8);
  }

  get mtimeMs(): number {
    return this.#milliseconds(11);
  }

  /** As stat(2) has it in one number: makedev(3). */
  get dev(): number {
    const [major, minor] = [this.#word(14), this.#word(15)];
    return (major & 0xfff) * 2 ** 8 + (minor & 0xff) + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;
  }

  #word(index: number): number {
    return this.#words[this.#start + index] ?? 0;
  }

  #long(index: number): number {
    return this.#word(index) + this.#word(index + 1) * 2 ** 32;
  }

  /** struct statx_timestamp: signed seconds, nanoseconds. */
  #milliseconds(index: number): number {
    return (this.#word(index) + (this.#word(index + 1) | 0) * 2 ** 32) * 1000 + this.#word(index + 2) / 1e6;
  }
}
