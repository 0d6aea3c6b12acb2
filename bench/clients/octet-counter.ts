import { Writable } from 'node:stream';

/** Discards what it is given, and knows how much that was. */
export class OctetCounter extends Writable {
  octets = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.octets += chunk.length;
    done();
  }

  /** Throws unless so many came. */
  check(expected: number): void {
    if (this.octets !== expected) throw new Error(`got ${this.octets} octets`);
  }
}
