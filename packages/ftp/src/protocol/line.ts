/** One line of a control connection, without its CR LF; or the end of one that was over the limit. */
export type Line = { readonly kind: 'line'; readonly bytes: Uint8Array } | { readonly kind: 'too-long' };

const LF = 0x0a;
const CR = 0x0d;
const firstCapacity = 128;

/** Cuts bytes into lines at LF, dropping one CR before it. Holds at most `maxLineLength` + 1 bytes, whatever arrives. */
export class LineSplitter {
  readonly #maxLineLength: number;
  #held = new Uint8Array(firstCapacity);
  #length = 0;
  #overlong = false;

  /** `maxLineLength` is in bytes, without the CR LF. */
  constructor(options: { maxLineLength: number }) {
    this.#maxLineLength = options.maxLineLength;
  }

  /** Whether the unfinished line is over the limit already; its `too-long` follows when its end arrives. */
  get overlong(): boolean {
    return this.#overlong;
  }

  /** The lines that end in this chunk. Their bytes are copies, so the chunk may be used again. */
  push(bytes: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      lines.push(this.#finish(bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
    return lines;
  }

  /** Forgets the unfinished line: what came in clear text must not be read as part of the TLS session. */
  reset(): void {
    this.#length = 0;
    this.#overlong = false;
  }

  #finish(tail: Uint8Array): Line {
    let line = tail;
    if (this.#length > 0) {
      this.#hold(tail);
      line = this.#held.subarray(0, this.#length);
    }
    if (line.at(-1) === CR) line = line.subarray(0, -1);
    const tooLong = this.#overlong || line.length > this.#maxLineLength;
    this.reset();
    return tooLong ? { kind: 'too-long' } : { kind: 'line', bytes: line.slice() };
  }

  #hold(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    // One byte over may still be the CR of the line's end.
    if (this.#overlong || length > this.#maxLineLength + 1) {
      this.#overlong = true;
      this.#length = 0;
      return;
    }
    if (length > this.#held.length) this.#grow(length);
    this.#held.set(piece, this.#length);
    this.#length = length;
  }

  #grow(length: number): void {
    const capacity = Math.min(Math.max(length, this.#held.length * 2), this.#maxLineLength + 1);
    const held = new Uint8Array(capacity);
    held.set(this.#held.subarray(0, this.#length));
    this.#held = held;
  }
}
