import type { CapturedPacket } from './captured-packet.js';

export interface CaptureEnd {
  readonly packets: number;
  /** Why there is less in it than was captured: cut short, or damaged. Undefined: it is whole. */
  readonly flaw: string | undefined;
}

/** Reads pcap and pcapng, in pieces of any size. Throws CaptureFault for what is neither. */
export class CaptureReader {
  /** The packets that end in this chunk. */
  push(_chunk: Uint8Array): readonly CapturedPacket[] {
    return [];
  }

  end(): CaptureEnd {
    return { packets: 0, flaw: undefined };
  }
}
