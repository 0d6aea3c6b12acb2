import { type CaptureFormat, MAX_RECORD_LENGTH, type RecordsRead } from './capture-format.js';
import type { CapturedPacket } from './captured-packet.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** By its first four octets: the order of the octets, and how many ticks there are to a millisecond. */
const MAGIC: ReadonlyMap<number, { readonly littleEndian: boolean; readonly ticks: number }> = new Map([
  [0xa1b2c3d4, { littleEndian: false, ticks: 1_000 }],
  [0xd4c3b2a1, { littleEndian: true, ticks: 1_000 }],
  [0xa1b23c4d, { littleEndian: false, ticks: 1_000_000 }],
  [0x4d3cb2a1, { littleEndian: true, ticks: 1_000_000 }],
]);

/** The format of libpcap: draft-ietf-opsawg-pcap. */
export class PcapFile implements CaptureFormat {
  readonly #littleEndian: boolean;
  readonly #ticks: number;
  #linkType: number | undefined;

  private constructor({ littleEndian, ticks }: { readonly littleEndian: boolean; readonly ticks: number }) {
    this.#littleEndian = littleEndian;
    this.#ticks = ticks;
  }

  static of(magic: number): PcapFile | undefined {
    const known = MAGIC.get(magic);
    return known && new PcapFile(known);
  }

  read(bytes: Uint8Array): RecordsRead {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const packets: CapturedPacket[] = [];
    let used = 0;
    if (this.#linkType === undefined) {
      if (bytes.length < FILE_HEADER) return { packets, used };
      // The upper half tells of frame check sequences.
      this.#linkType = view.getUint32(20, this.#littleEndian) & 0xffff;
      used = FILE_HEADER;
    }
    while (used + RECORD_HEADER <= bytes.length) {
      const captured = view.getUint32(used + 8, this.#littleEndian);
      if (captured > MAX_RECORD_LENGTH)
        return {
          packets,
          used,
          damage: `a packet claims to have ${captured} octets: the file is damaged from there on`,
        };
      const end = used + RECORD_HEADER + captured;
      if (end > bytes.length) break;
      packets.push({
        at:
          view.getUint32(used, this.#littleEndian) * 1_000 + view.getUint32(used + 4, this.#littleEndian) / this.#ticks,
        linkType: this.#linkType,
        interface: 0,
        bytes: bytes.subarray(used + RECORD_HEADER, end),
        length: view.getUint32(used + 12, this.#littleEndian),
      });
      used = end;
    }
    return { packets, used };
  }
}
