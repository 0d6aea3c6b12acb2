import { type Deflate, type Inflate, createDeflate, createInflate } from 'node:zlib';
import { SyntaxFault } from '../protocol/index.js';

/** Octets given to zlib at a time: bounds what a hostile stream can expand to before the next write waits (1:1032, RFC 1951). */
const SLICE = 16 * 1024;

/** MODE Z (draft-preston-ftpext-deflate-04): the same shape as a Transform of protocol/, but asynchronous. */
export class ZlibTransform {
  readonly #engine: Deflate | Inflate;
  #output: Uint8Array[] = [];
  #error: Error | undefined;
  #ended = false;
  /** Octets of input; the engine counts those it has used. */
  #given = 0;

  private constructor(engine: Deflate | Inflate) {
    this.#engine = engine;
    engine.on('data', (chunk: Uint8Array) => this.#output.push(chunk));
    engine.on('error', (error) => {
      this.#error = error;
    });
    engine.on('end', () => {
      this.#ended = true;
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
    this.#given += chunk.length;
    for (let at = 0; at < chunk.length && !this.#ended; at += SLICE) {
      await this.#settled((done) => this.#engine.write(chunk.subarray(at, at + SLICE), done));
      await this.#drain(take);
    }
  }

  async end(take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    await this.#settled((done) => {
      if (this.#ended) return done();
      this.#engine.once('end', done);
      this.#engine.end();
    });
    await this.#drain(take);
    if (this.#given > this.#engine.bytesWritten) {
      throw new SyntaxFault('deflate', 'There is data behind the end of the deflated stream');
    }
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
      const closed = (): void => failed(new Error('The deflated stream was given up'));
      this.#engine.once('error', failed).once('close', closed);
      act(() => {
        this.#engine.off('error', failed).off('close', closed);
        resolve();
      });
    });
  }
}
