import { advanceSequence, sequenceDistance } from './sequence.js';

/** What comes next in the stream: octets, or how many are missing. */
export type StreamPiece =
  | { readonly kind: 'bytes'; readonly seq: number; readonly bytes: Uint8Array }
  | { readonly kind: 'lost'; readonly seq: number; readonly length: number };

interface Waiting {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/**
 * One direction of a TCP connection, put together in order. Of what overlaps the first counts. What its receiver has acknowledged and
 * what is missing all the same was lost by the capture, and is not waited for; neither is anything when too much waits.
 */
export class TcpStream {
  readonly #maxHeldBytes: number;
  #next: number | undefined;
  #acknowledged: number | undefined;
  #waiting: Waiting[] = [];
  #held = 0;

  constructor({ maxHeldBytes }: { readonly maxHeldBytes: number }) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Sequence number of the octet that comes next; undefined before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** The SYN: the first octet has the number after it. */
  begin(seq: number): void {
    this.#next ??= advanceSequence(seq, 1);
  }

  /** `length`: octets it had on the wire; there may be fewer. */
  push(seq: number, bytes: Uint8Array, length: number): readonly StreamPiece[] {
    if (length === 0) return [];
    this.#next ??= seq;
    if (sequenceDistance(seq, this.#next) > 0) this.#hold({ seq, bytes: bytes.slice(), length });
    else {
      const pieces: StreamPiece[] = [];
      this.#take({ seq, bytes, length }, pieces);
      this.#drain(pieces);
      return pieces;
    }
    return this.#giveUp();
  }

  /** The receiver has all octets before this one. */
  acknowledge(ack: number): readonly StreamPiece[] {
    if (this.#acknowledged === undefined || sequenceDistance(ack, this.#acknowledged) > 0) this.#acknowledged = ack;
    return this.#waiting.length > 0 ? this.#giveUp() : [];
  }

  #hold(segment: Waiting): void {
    if (this.#waiting.some(({ seq, length }) => seq === segment.seq && length >= segment.length)) return;
    this.#waiting.push(segment);
    this.#waiting.sort((one, other) => sequenceDistance(one.seq, other.seq));
    this.#held += segment.bytes.length + OVERHEAD;
  }

  #giveUp(): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    for (let [first] = this.#waiting; first && this.#isHopeless(first); [first] = this.#waiting) {
      const seq = this.#next ?? first.seq;
      pieces.push({ kind: 'lost', seq, length: sequenceDistance(first.seq, seq) });
      this.#next = first.seq;
      this.#drain(pieces);
    }
    return pieces;
  }

  #isHopeless({ seq }: Waiting): boolean {
    const seen = this.#acknowledged !== undefined && sequenceDistance(this.#acknowledged, seq) >= 0;
    return seen || this.#held > this.#maxHeldBytes;
  }

  #drain(pieces: StreamPiece[]): void {
    for (let [first] = this.#waiting; first && this.#isDue(first); [first] = this.#waiting) {
      this.#waiting.shift();
      this.#held -= first.bytes.length + OVERHEAD;
      this.#take(first, pieces);
    }
  }

  #isDue({ seq }: Waiting): boolean {
    return this.#next !== undefined && sequenceDistance(seq, this.#next) <= 0;
  }

  #take({ seq, bytes, length }: Waiting, pieces: StreamPiece[]): void {
    const start = this.#next ?? seq;
    const known = sequenceDistance(start, seq);
    if (known >= length) return;
    const fresh = bytes.subarray(known);
    if (fresh.length > 0) pieces.push({ kind: 'bytes', seq: start, bytes: fresh });
    const missing = length - known - fresh.length;
    if (missing > 0) pieces.push({ kind: 'lost', seq: advanceSequence(start, fresh.length), length: missing });
    this.#next = advanceSequence(seq, length);
  }
}

/** What is held beside a segment's octets, so that many small ones count. */
const OVERHEAD = 128;
