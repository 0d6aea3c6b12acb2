import type { Directories } from './directories.js';
import type { DirectoryReport, DirectoryRequest } from './directory-messages.js';
import { DirectoryReading } from './directory-reading.js';
import { type FailedCall, failedCall } from './libc.js';

export interface DirectoryHooks {
  /** A request that has come meanwhile. */
  readonly nextRequest: () => DirectoryRequest | undefined;
  readonly report: (what: DirectoryReport) => void;
}

/** Reads all directories at once, a piece of each in turn, and returns when none of them has memory left. */
export class DirectoryLoop {
  readonly #calls: Directories;
  readonly #hooks: DirectoryHooks;
  readonly #readings = new Map<number, DirectoryReading>();

  constructor(calls: Directories, hooks: DirectoryHooks) {
    this.#calls = calls;
    this.#hooks = hooks;
  }

  take(request: DirectoryRequest): void {
    const { kind, id } = request;
    const reading = this.#readings.get(id);
    if (kind === 'read') this.#readings.set(id, new DirectoryReading(request, this.#calls));
    else if (kind === 'more' && reading) reading.release();
    else if (reading) this.#end(id);
  }

  run(): void {
    for (let readable = this.#readable(); readable.length > 0; readable = this.#readable()) {
      for (const [id, reading] of readable) this.#advance(id, reading);
      for (let request = this.#hooks.nextRequest(); request; request = this.#hooks.nextRequest()) this.take(request);
    }
  }

  #readable(): [number, DirectoryReading][] {
    return [...this.#readings].filter(([, reading]) => reading.readable);
  }

  #advance(id: number, reading: DirectoryReading): void {
    try {
      const piece = reading.readPiece();
      if (piece.names === '') this.#end(id);
      else this.#hooks.report({ kind: 'piece', id, piece });
    } catch (error) {
      this.#end(id, failedCall(error));
    }
  }

  #end(id: number, failed?: FailedCall): void {
    this.#readings.delete(id);
    this.#hooks.report({ kind: 'end', id, failed });
  }
}
