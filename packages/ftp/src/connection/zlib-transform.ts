import { type Deflate, type Inflate, createDeflate, createInflate } from 'node:zlib';
import { SyntaxFault } from '../protocol/index.js';

/** Octets given to zlib at a time: bounds what a hostile stream can expand to before the next write waits (1:1032, RFC 1951). */
const SLICE = 16 * 1024;

/** MODE Z (draft-preston-ftpext-deflate-04): the same shape as a Transform of protocol/, but asynchronous. */
export class ZlibTransform {
  readonly #engine: Deflate | Inflate;
  #output: Uint8Array[] = [];
  #error: Error | undefined;

  private constructor(engine: Deflate | Inflate) {
    this.#engine = engine;
    engine.on('data', (chunk: Uint8Array) => this.#output.push(chunk));
    engine.on('error', (error) => {
      this.#error = error;
    });
  }

  static deflate(level: number): ZlibTransform {
    return new ZlibTransform(createDeflate({ level }));
  }

  static inflate(): ZlibTransform {
    return new ZlibTransform(createInflate());
  }

  /** Calls `take` with each piece of output, in order, before the next slice of input is read. */
  async push(chunk: Uint8Array, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    for (let at = 0; at < chunk.length; at += SLICE) {
      await this.#settled((done) => this.#engine.write(chunk.subarray(at, at + SLICE), done));
      await this.#drain(take);
    }
  }

  async end(take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    await this.#settled((done) => {
      this.#engine.once('end', done);
      this.#engine.end();
    });
    await this.#drain(take);
  }

  close(): void {
    this.#engine.destroy();
  }

  async #drain(take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const output = this.#output;
    this.#output = [];
    for (const bytes of output) await take(bytes);
  }

  #settled(act: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(new SyntaxFault('deflate', error.message));
      if (this.#error) return failed(this.#error);
      this.#engine.once('error', failed);
      act(() => {
        this.#engine.off('error', failed);
        resolve();
      });
    });
  }
}
