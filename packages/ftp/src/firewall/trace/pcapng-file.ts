import { type CaptureFormat, MAX_RECORD_LENGTH, type RecordsRead } from './capture-format.js';
import type { CapturedPacket } from './captured-packet.js';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const READ: ReadonlySet<number> = new Set([SECTION, INTERFACE, PACKET, SIMPLE_PACKET, ENHANCED_PACKET]);

const BLOCK_HEADER = 8;
const BLOCK_TRAILER = 4;
const SECTION_HEADER = 12;
const LITTLE_ENDIAN = 0x4d3c2b1a;
const BIG_ENDIAN = 0x1a2b3c4d;
const MAX_INTERFACES = 4_096;
/** Of a Date, in milliseconds either way. What is beyond counts as the time of the packet before. */
const MAX_TIME = 8.64e15;

const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticks: number;
  readonly offsetMs: number;
}

/** draft-ietf-opsawg-pcapng: blocks, in sections, each with its own interfaces and order of octets. */
export class PcapngFile implements CaptureFormat {
  #littleEndian = false;
  #interfaces: Interface[] = [];
  /** Interfaces of the sections before: numbers start again in each. */
  #before = 0;
  #at = 0;

  static of(magic: number): PcapngFile | undefined {
    return magic === SECTION ? new PcapngFile() : undefined;
  }

  read(bytes: Uint8Array): RecordsRead {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const packets: CapturedPacket[] = [];
    let used = 0;
    while (used + SECTION_HEADER <= bytes.length) {
      const type = view.getUint32(used, this.#littleEndian);
      if (type === SECTION && !this.#begin(view.getUint32(used + 8)))
        return { packets, used, damage: 'a section has no order of octets: the file is damaged from there on' };
      const length = view.getUint32(used + 4, this.#littleEndian);
      if (length < SECTION_HEADER || length % 4 !== 0 || (READ.has(type) && length > MAX_RECORD_LENGTH))
        return { packets, used, damage: `a block claims to have ${length} octets: the file is damaged from there on` };
      const end = used + length;
      if (READ.has(type)) {
        if (end > bytes.length) break;
        const body = bytes.subarray(used + BLOCK_HEADER, end - BLOCK_TRAILER);
        const packet = this.#block(type, body);
        if (packet) packets.push(packet);
      }
      used = end;
    }
    return { packets, used };
  }

  /** Harmless to do again when the block was not all there yet. */
  #begin(order: number): boolean {
    this.#littleEndian = order === LITTLE_ENDIAN;
    return order === LITTLE_ENDIAN || order === BIG_ENDIAN;
  }

  #block(type: number, body: Uint8Array): CapturedPacket | undefined {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    switch (type) {
      case SECTION:
        this.#before += this.#interfaces.length;
        this.#interfaces = [];
        return undefined;
      case INTERFACE:
        if (this.#interfaces.length < MAX_INTERFACES && body.length >= 8) this.#interfaces.push(this.#interface(view));
        return undefined;
      case SIMPLE_PACKET:
        return this.#simple(body, view);
      case PACKET:
      case ENHANCED_PACKET:
        return body.length < 20 ? undefined : this.#packet(type, body, view);
    }
    return undefined;
  }

  #packet(type: number, body: Uint8Array, view: DataView): CapturedPacket | undefined {
    const number = type === PACKET ? view.getUint16(0, this.#littleEndian) : view.getUint32(0, this.#littleEndian);
    const known = this.#interfaces[number];
    if (!known) return undefined;
    const [high, low, captured, length] = [4, 8, 12, 16].map((at) => view.getUint32(at, this.#littleEndian));
    const at = ((high ?? 0) * 2 ** 32 + (low ?? 0)) / known.ticks + known.offsetMs;
    if (Math.abs(at) <= MAX_TIME) this.#at = at;
    return {
      at: this.#at,
      linkType: known.linkType,
      interface: this.#before + number,
      bytes: body.subarray(20, 20 + (captured ?? 0)),
      length: length ?? 0,
    };
  }

  /** It has no time: that of the packet before it must do. */
  #simple(body: Uint8Array, view: DataView): CapturedPacket | undefined {
    const [known] = this.#interfaces;
    if (!known || body.length < 4) return undefined;
    const length = view.getUint32(0, this.#littleEndian);
    const captured = known.snapLength === 0 ? length : Math.min(length, known.snapLength);
    const bytes = body.subarray(4, 4 + captured);
    return { at: this.#at, linkType: known.linkType, interface: this.#before, bytes, length };
  }

  #interface(view: DataView): Interface {
    let ticks = 1_000;
    let offsetMs = 0;
    let at = 8;
    while (at + 4 <= view.byteLength) {
      const code = view.getUint16(at, this.#littleEndian);
      const length = view.getUint16(at + 2, this.#littleEndian);
      if (code === 0 || at + 4 + length > view.byteLength) break;
      if (code === OPTION_RESOLUTION && length === 1) ticks = ticksOf(view.getUint8(at + 4));
      if (code === OPTION_OFFSET && length === 8)
        offsetMs = Number(view.getBigInt64(at + 4, this.#littleEndian)) * 1_000;
      at += 4 + Math.ceil(length / 4) * 4;
    }
    const linkType = view.getUint16(0, this.#littleEndian);
    return { linkType, snapLength: view.getUint32(4, this.#littleEndian), ticks, offsetMs };
  }
}

/** A power of ten a second, or of two where the highest bit is set; here to a millisecond. */
function ticksOf(resolution: number): number {
  const power = resolution & 0x7f;
  return (resolution & 0x80 ? 2 ** power : 10 ** power) / 1_000;
}
