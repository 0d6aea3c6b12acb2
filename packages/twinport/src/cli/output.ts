import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errnoOf } from '../daemon/usage-fault.js';

export type OutputFormat = 'text' | 'json' | 'jsonl';

export function outputFormatOf(flags: { readonly json?: boolean; readonly jsonl?: boolean }): OutputFormat {
  return flags.jsonl ? 'jsonl' : flags.json ? 'json' : 'text';
}

/** Whoever reads stdout has gone: there is nobody left to work for. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** stdout does not take what is written, as on a full disk: `cause` is why. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';
}

const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EIO', 'ERR_STREAM_DESTROYED']);

/** A pipe without a reader is closed; anything else loses what was to be kept. */
function failureOf(error: unknown): OutputClosed | OutputFailed {
  return READER_GONE.has(errnoOf(error) ?? '')
    ? new OutputClosed('the output has been closed', { cause: error })
    : new OutputFailed(`stdout: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** What goes to stdout: data, as text, as one JSON object, or as a JSON object a line. */
export class Output {
  readonly format: OutputFormat;
  readonly #stream: Writable;
  readonly #items: object[] = [];
  #failure: OutputClosed | OutputFailed | undefined;

  constructor(stream: Writable, format: OutputFormat) {
    this.#stream = stream;
    this.format = format;
  }

  /** Calls `failed` once when the reader goes away, or nothing more can be written. */
  onFailed(failed: (reason: OutputClosed | OutputFailed) => void): void {
    this.#stream.on('error', (error) => {
      if (this.#failure) return;
      this.#failure = failureOf(error);
      failed(this.#failure);
    });
  }

  /** One result: its text, or the object that says the same. */
  async item(record: object, text: () => string | Uint8Array): Promise<void> {
    if (this.format === 'json') this.#items.push(record);
    else await this.write(this.format === 'jsonl' ? `${JSON.stringify(record)}\n` : text());
  }

  /** An object of a stream that has no place in text or in the one object. */
  async event(record: object): Promise<void> {
    if (this.format === 'jsonl') await this.write(`${JSON.stringify(record)}\n`);
  }

  /** Ends the output: with JSON this writes the one object, the results under `key`. */
  async finish(key: string, rest: object): Promise<void> {
    if (this.format === 'json') await this.write(`${JSON.stringify({ ...rest, [key]: this.#items }, undefined, 2)}\n`);
    else if (this.format === 'jsonl') await this.write(`${JSON.stringify({ event: 'end', ...rest })}\n`);
  }

  /** Waits while the reader is slow. Rejects with OutputClosed when it has gone, with OutputFailed when nothing can be written. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#stream.write(data)) return;
    try {
      await once(this.#stream, 'drain');
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Throws what became of the last writes, as far as that is known by now. */
  async settle(): Promise<void> {
    await nextTurn();
    if (this.#failure) throw this.#failure;
  }
}
