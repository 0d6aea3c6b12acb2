/** One frame of a capture. */
export interface CapturedPacket {
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** What its first header is: a LINKTYPE_ number of https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** Which interface of the file it came by; 0 where the format knows one only. */
  readonly interface: number;
  /** As far as it was captured. A view of what was given to the reader. */
  readonly bytes: Uint8Array;
  /** Octets that it had on the wire. */
  readonly length: number;
}
