import { CaptureFault } from './capture-fault.js';
import type { CaptureFormat } from './capture-format.js';
import type { CapturedPacket } from './captured-packet.js';
import { PcapFile } from './pcap-file.js';
import { PcapngFile } from './pcapng-file.js';

export interface CaptureEnd {
  readonly packets: number;
  /** Why there is less in it than was captured: cut short, or damaged. Undefined: it is whole. */
  readonly flaw: string | undefined;
}

/** Octets that tell whether it is a capture. */
export const MAGIC_LENGTH = 4;

/** Reads pcap and pcapng, in pieces of any size. Throws CaptureFault for what is neither. Holds no more than one record. */
export class CaptureReader {
  #held: Uint8Array = new Uint8Array(0);
  #skip = 0;
  #format: CaptureFormat | undefined;
  #packets = 0;
  #damage: string | undefined;

  /** The packets that end in this chunk; their bytes are views of it where they can be. */
  push(chunk: Uint8Array): readonly CapturedPacket[] {
    if (this.#damage !== undefined) return [];
    const bytes = this.#join(chunk);
    if (this.#format === undefined && bytes.length >= MAGIC_LENGTH) this.#format = formatOf(bytes);
    const { packets, used, damage } = this.#format?.read(bytes) ?? { packets: [], used: 0, damage: undefined };
    this.#packets += packets.length;
    this.#damage = damage;
    this.#skip += Math.max(used - bytes.length, 0);
    this.#held = damage === undefined ? bytes.slice(used) : new Uint8Array(0);
    return packets;
  }

  /** Throws CaptureFault when there was not even the beginning of a capture. */
  end(): CaptureEnd {
    if (this.#format === undefined) throw notACapture();
    const cut = this.#held.length > 0 || this.#skip > 0;
    return {
      packets: this.#packets,
      flaw: this.#damage ?? (cut ? 'the file ends inside a record: it was cut short' : undefined),
    };
  }

  #join(chunk: Uint8Array): Uint8Array {
    const fresh = chunk.subarray(this.#skip);
    this.#skip = Math.max(this.#skip - chunk.length, 0);
    if (this.#held.length === 0) return fresh;
    const bytes = new Uint8Array(this.#held.length + fresh.length);
    bytes.set(this.#held);
    bytes.set(fresh, this.#held.length);
    return bytes;
  }
}

/** Whether that is how a capture begins, or a compressed file that may be one. */
export function isCapture(front: Uint8Array): boolean {
  if (front.length < MAGIC_LENGTH) return false;
  const magic = magicOf(front);
  return isPacked(magic) || (PcapFile.of(magic) ?? PcapngFile.of(magic)) !== undefined;
}

function formatOf(bytes: Uint8Array): CaptureFormat {
  const magic = magicOf(bytes);
  const format = PcapFile.of(magic) ?? PcapngFile.of(magic);
  if (format) return format;
  if (isPacked(magic)) throw new CaptureFault('compressed', 'This is a compressed file: unpack it first');
  throw notACapture();
}

function magicOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}

/** By gzip or zstd. */
function isPacked(magic: number): boolean {
  return magic >>> 16 === 0x1f8b || magic === 0x28b52ffd;
}

function notACapture(): CaptureFault {
  return new CaptureFault(
    'not-a-capture',
    'This is no packet capture: neither pcap nor pcapng (write one by tcpdump -w FILE)',
  );
}
