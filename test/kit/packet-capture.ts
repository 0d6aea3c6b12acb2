import { EventEmitter, once } from 'node:events';
import type { Namespace } from './namespace.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET_HEADER = 14;
const IPV6_HEADER = 40;
const IPV6_TYPE = 0x86dd;

/** What tcpdump sees on `eth0` of a host: the payloads of TCP segments, one string (Latin-1) for each that has any. */
export class PacketCapture {
  readonly segments: string[] = [];
  readonly #arrived = new EventEmitter();
  #pending = Buffer.alloc(0);
  #header = true;

  private constructor() {}

  /** Resolves once it captures. `filter` is in tcpdump's language. */
  static async start(host: Namespace, filter: string): Promise<PacketCapture> {
    const capture = new PacketCapture();
    // Each packet at once (-U, --immediate-mode); as root, since it cannot always become somebody else in a container (-Z).
    const child = host.spawn('tcpdump', '-Z', 'root', '-U', '--immediate-mode', '-n', '-i', 'eth0', '-w', '-', filter);
    if (!child.stdout || !child.stderr) throw new Error('tcpdump has no output');
    child.stdout.on('data', (chunk: Buffer) => capture.#take(chunk));
    let said = '';
    for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += String(text);
      if (said.includes('listening on')) return capture;
    }
    throw new Error(`tcpdump: ${said}`);
  }

  /** Waits until a segment matches, and returns all up to now. */
  async until(pattern: RegExp): Promise<readonly string[]> {
    while (!this.segments.some((segment) => pattern.test(segment))) await once(this.#arrived, 'change');
    return this.segments;
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    if (this.#header && this.#pending.length >= FILE_HEADER) {
      this.#header = false;
      this.#pending = this.#pending.subarray(FILE_HEADER);
    }
    while (!this.#header && this.#pending.length >= RECORD_HEADER) {
      const end = RECORD_HEADER + this.#pending.readUInt32LE(8);
      if (this.#pending.length < end) break;
      const payload = payloadOf(this.#pending.subarray(RECORD_HEADER, end));
      this.#pending = this.#pending.subarray(end);
      if (payload.length > 0) this.segments.push(payload.toString('latin1'));
    }
    this.#arrived.emit('change');
  }
}

/** The lengths are taken from IP, since Ethernet pads short frames. */
function payloadOf(frame: Buffer): Buffer {
  const packet = frame.subarray(ETHERNET_HEADER);
  const v6 = frame.readUInt16BE(ETHERNET_HEADER - 2) === IPV6_TYPE;
  const ipHeader = v6 ? IPV6_HEADER : (packet.readUInt8(0) & 15) * 4;
  const end = v6 ? IPV6_HEADER + packet.readUInt16BE(4) : packet.readUInt16BE(2);
  const tcp = packet.subarray(ipHeader, end);
  return tcp.subarray((tcp.readUInt8(12) >> 4) * 4);
}
