import type { IpPacket } from './ip-packet.js';

interface Pieces {
  readonly pieces: Map<number, Uint8Array>;
  /** The packet's payload length, once its last fragment is there. */
  length: number | undefined;
  /** Octets of the pieces. */
  octets: number;
  held: number;
}

/** What is held beside a fragment's octets, so that empty ones count. */
const OVERHEAD = 256;

/** Puts fragmented packets together again. The oldest are forgotten when too much waits. */
export class Fragments {
  readonly #maxBytes: number;
  readonly #waiting = new Map<string, Pieces>();
  #held = 0;

  constructor({ maxFragmentBytes }: { readonly maxFragmentBytes: number }) {
    this.#maxBytes = maxFragmentBytes;
  }

  /** The whole packet: this one, or the one that this fragment completes. `place` tells apart where it was captured. */
  whole(place: string, packet: IpPacket): IpPacket | undefined {
    const { fragment, from, to, protocol, payload } = packet;
    if (!fragment) return packet;
    const key = `${place} ${from} ${to} ${fragment.id} ${protocol}`;
    const waiting: Pieces = this.#waiting.get(key) ?? { pieces: new Map(), length: undefined, octets: 0, held: 0 };
    this.#waiting.set(key, waiting);
    if (!waiting.pieces.has(fragment.offset)) {
      waiting.pieces.set(fragment.offset, payload.slice());
      waiting.octets += payload.length;
      const size = payload.length + OVERHEAD;
      waiting.held += size;
      this.#held += size;
    }
    if (fragment.last) waiting.length = fragment.offset + payload.length;
    if (waiting.length === undefined || waiting.octets < waiting.length) {
      this.#limit();
      return undefined;
    }
    this.#forget(key, waiting);
    const joined = join(waiting.pieces, waiting.length);
    return joined && { from, to, protocol, ttl: packet.ttl, payload: joined, payloadLength: joined.length };
  }

  #limit(): void {
    for (const [key, waiting] of this.#waiting) {
      if (this.#held <= this.#maxBytes) return;
      this.#forget(key, waiting);
    }
  }

  #forget(key: string, { held }: Pieces): void {
    this.#waiting.delete(key);
    this.#held -= held;
  }
}

/** Undefined where pieces overlap: such a packet is nobody's (RFC 5722 §3). */
function join(pieces: Pieces['pieces'], length: number): Uint8Array | undefined {
  const whole = new Uint8Array(length);
  let filled = 0;
  for (const [offset, piece] of [...pieces].toSorted(([one], [other]) => one - other)) {
    if (offset !== filled || offset + piece.length > length) return undefined;
    whole.set(piece, offset);
    filled += piece.length;
  }
  return whole;
}
