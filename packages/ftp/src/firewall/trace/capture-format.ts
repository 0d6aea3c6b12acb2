import type { CapturedPacket } from './captured-packet.js';

/** Octets in one record; tcpdump's largest snap length is a quarter of a mebibyte. */
export const MAX_RECORD_LENGTH = 1_048_576;

/** What was understood of the front of some bytes. */
export interface RecordsRead {
  readonly packets: readonly CapturedPacket[];
  /** Octets that are done with; more than there were when the rest of a record is to be skipped. */
  readonly used: number;
  /** Why nothing after them can be read. */
  readonly damage?: string | undefined;
}

/** A file format: `read` takes the whole records at the front of the bytes. */
export interface CaptureFormat {
  read(bytes: Uint8Array): RecordsRead;
}
