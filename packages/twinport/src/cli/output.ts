import { once } from 'node:events';
import type { Writable } from 'node:stream';

export type OutputFormat = 'text' | 'json' | 'jsonl';

export function outputFormatOf(flags: { readonly json?: boolean; readonly jsonl?: boolean }): OutputFormat {
  return flags.jsonl ? 'jsonl' : flags.json ? 'json' : 'text';
}

/** Whoever reads stdout has gone: there is nobody left to work for. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** What goes to stdout: data, as text, as one JSON object, or as a JSON object a line. */
export class Output {
  readonly format: OutputFormat;
  readonly #stream: Writable;
  readonly #items: object[] = [];
  #closed = false;

  constructor(stream: Writable, format: OutputFormat) {
    this.#stream = stream;
    this.format = format;
  }

  /** Calls `closed` once when the reader goes away. */
  onClosed(closed: () => void): void {
    this.#stream.on('error', () => {
      if (this.#closed) return;
      this.#closed = true;
      closed();
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

  /** Waits while the reader is slow. Rejects with OutputClosed when it has gone. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#closed) throw new OutputClosed();
    if (this.#stream.write(data)) return;
    try {
      await once(this.#stream, 'drain');
    } catch (error) {
      throw new OutputClosed('the output has been closed', { cause: error });
    }
  }
}
