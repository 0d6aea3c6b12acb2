import { FtpError } from './errors.js';

/** Octets at the end of what is there already that are fetched again and compared before a download goes on behind them. */
export const OVERLAP = 64 * 1024;

const NONE = new Uint8Array(0);

/** The end of what is there already, as it comes again. */
export class Overlap {
  readonly #path: string;
  #known: Uint8Array;

  constructor(path: string, known: Uint8Array = NONE) {
    this.#path = path;
    this.#known = known;
  }

  /** Octets that have not come again yet. */
  get left(): number {
    return this.#known.length;
  }

  /** What goes beyond it. Throws FtpError('CHANGED') where it is not the same. */
  beyond(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.left === 0) return chunks;
    const fresh: Uint8Array[] = [];
    for (const chunk of chunks) {
      const overlap = Math.min(chunk.length, this.left);
      if (Buffer.compare(chunk.subarray(0, overlap), this.#known.subarray(0, overlap)) !== 0) throw changed(this.#path);
      this.#known = this.#known.subarray(overlap);
      if (overlap < chunk.length) fresh.push(chunk.subarray(overlap));
    }
    return fresh;
  }
}

export function changed(path: string): FtpError {
  return new FtpError('CHANGED', `${path} is not the file that was begun`, { phase: 'transfer', path });
}

/** The last octets that went to a stream, which cannot be read again. */
export class Tail {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
    }
    for (let first = this.#chunks[0]; first && this.#size - first.length >= OVERLAP; first = this.#chunks[0]) {
      this.#chunks.shift();
      this.#size -= first.length;
    }
  }

  /** As many as there are, `OVERLAP` at most. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks).subarray(-OVERLAP);
  }
}
