/** Octets that grow at the end at constant cost an octet: the buffer doubles. */
export class MemoryBytes {
  #buffer: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#buffer = bytes.slice();
    this.#length = bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  /** Copies octets from `position` on into `into`; returns how many there were. */
  read(position: number, into: Uint8Array): number {
    const bytes = this.#buffer.subarray(0, this.#length).subarray(position, position + into.length);
    into.set(bytes);
    return bytes.length;
  }

  /** Writes at `position`; a gap before it reads as zeros. */
  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end > this.#buffer.length) this.#grow(end);
    if (position > this.#length) this.#buffer.fill(0, this.#length, position);
    this.#buffer.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }

  /** Keeps the first `length` octets. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
    if (this.#length === 0) this.#buffer = new Uint8Array(0);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2, 1024));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
