import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { WritableStream } from 'node:stream/web';
import { FtpError } from './errors.js';
import { localError } from './fault-error.js';
import { Tail } from './overlap.js';
import type { Sink } from './sink.js';

/** A Node stream: never more is written than it asks for. */
export class StreamSink implements Sink {
  readonly keepsChunks = true;
  readonly rewinds = false;
  readonly #stream: Writable;
  readonly #tail = new Tail();
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', this.#onError);
    stream.on('drain', this.#onReady).on('close', this.#onReady);
  }

  readonly #onError = (error: Error): void => {
    this.#error = error;
  };
  readonly #onReady = (): void => this.#wake();

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const stream = this.#stream;
    this.#tail.add(chunks);
    for (const chunk of chunks) {
      this.#check();
      if (stream.write(chunk) || stream.closed) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#check();
  }

  async tail(): Promise<Uint8Array> {
    return this.#tail.bytes;
  }

  async end(): Promise<void> {
    this.#check();
    try {
      const ended = finished(this.#stream, { readable: false, cleanup: true });
      this.#stream.end();
      await ended;
      // Node takes a stream for finished that was destroyed with nothing left to write.
      if (this.#stream.destroyed && !this.#stream.writableFinished) throw closedError();
      this.#leave();
    } catch (cause) {
      throw localError(cause, 'the stream');
    }
  }

  async fail(error: FtpError): Promise<void> {
    const stream = this.#stream;
    // It says the error by itself before it closes.
    stream.once('close', () => this.#leave());
    if (stream.closed) this.#leave();
    stream.destroy(error);
  }

  #leave(): void {
    this.#stream.off('error', this.#onError).off('drain', this.#onReady).off('close', this.#onReady);
  }

  #check(): void {
    if (this.#error) throw localError(this.#error, 'the stream');
    if (this.#stream.destroyed || this.#stream.writableEnded) throw closedError();
  }
}

function closedError(): FtpError {
  return new FtpError('LOCAL', 'The stream to write to was closed', { phase: 'local' });
}

export class WebStreamSink implements Sink {
  readonly keepsChunks = true;
  readonly rewinds = false;
  readonly #writer: ReturnType<WritableStream<Uint8Array>['getWriter']>;
  readonly #tail = new Tail();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {}); // told by the write that meets it
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    this.#tail.add(chunks);
    try {
      for (const chunk of chunks) {
        await this.#writer.ready;
        await this.#writer.write(chunk);
      }
    } catch (cause) {
      throw localError(cause, 'the stream');
    }
  }

  async tail(): Promise<Uint8Array> {
    return this.#tail.bytes;
  }

  async end(): Promise<void> {
    try {
      await this.#writer.close();
    } catch (cause) {
      throw localError(cause, 'the stream');
    }
  }

  async fail(error: FtpError): Promise<void> {
    // Not awaited: a write that is stuck would hold it for ever. It may have failed already.
    this.#writer.abort(error).catch(() => {});
  }
}
