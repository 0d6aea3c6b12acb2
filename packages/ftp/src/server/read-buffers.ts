const EMPTY = new Uint8Array(0);
const FIRST_BUFFER = 64 * 1024;
/** Larger ones are not faster, and cost memory. */
export const LARGEST_BUFFER = 1024 * 1024;

/** Two buffers in turn, so that one is read into while the other is sent; they start small and grow with the file. */
export class ReadBuffers {
  readonly #pair: [Uint8Array, Uint8Array] = [EMPTY, EMPTY];
  #index = 0;
  readonly #largest: number;

  /** `largest`: octets that are this transfer's share of the server's memory. */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** The buffer for the next read of at most `wanted` octets. The one before it stays untouched. */
  next(wanted: number): Uint8Array {
    this.#index = 1 - this.#index;
    const other = this.#pair[1 - this.#index] ?? EMPTY;
    const size = Math.max(1, Math.min(this.#largest, wanted, Math.max(FIRST_BUFFER, other.length * 2)));
    if ((this.#pair[this.#index]?.length ?? 0) < size) this.#pair[this.#index] = Buffer.allocUnsafeSlow(size);
    return (this.#pair[this.#index] ?? EMPTY).subarray(0, size);
  }
}
