/** Below this many bytes a loop beats the cost of a native call. */
const NEAR = 32;

/** A growing array of bytes: what a transform writes its output to. */
export class ByteSink {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  put(byte: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  fill(byte: number, count: number): void {
    this.#reserve(count);
    this.#bytes.fill(byte, this.#length, (this.#length += count));
  }

  copy(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    if (to - from < NEAR) {
      const bytes = this.#bytes;
      let at = this.#length;
      for (let index = from; index < to; index++) bytes[at++] = source[index] ?? 0;
    } else {
      this.#bytes.set(source.subarray(from, to), this.#length);
    }
    this.#length += to - from;
  }

  /** Copies from `from` up to the next `stop` byte; returns where that is, or the source's length where there is none. */
  copyUntil(source: Uint8Array, from: number, stop: number): number {
    const near = Math.min(from + NEAR, source.length);
    this.#reserve(near - from);
    const bytes = this.#bytes;
    let at = this.#length;
    let index = from;
    for (; index < near; index++) {
      const byte = source[index] ?? 0;
      if (byte === stop) break;
      bytes[at++] = byte;
    }
    this.#length = at;
    if (index < near || near === source.length) return index;
    const found = source.indexOf(stop, near);
    const end = found < 0 ? source.length : found;
    this.copy(source, near, end);
    return end;
  }

  /** What was written so far: a view, so write no more. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
