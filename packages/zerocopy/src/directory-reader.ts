import type { DirectEntries, DirectoryCalls } from '@twinport/ftp/server';
import { DirectoryThread } from './directory-thread.js';

/** Reads directories in a thread, which begins when it is first asked for, and again when it has died. */
export class DirectoryReader {
  readonly #attributesIn: DirectoryCalls['attributesIn'];
  #thread: DirectoryThread | undefined;

  constructor(attributesIn: DirectoryCalls['attributesIn']) {
    this.#attributesIn = attributesIn;
  }

  /** Undefined while there is no thread: nothing is waited for. */
  read(directory: number, names: readonly string[]): AsyncGenerator<DirectEntries, void, undefined> | undefined {
    try {
      if (!this.#thread || this.#thread.ended) this.#thread = new DirectoryThread(this.#attributesIn);
      return this.#thread.ready ? this.#thread.read(directory, names) : undefined;
    } catch {
      return undefined; // this process may have no more threads
    }
  }
}
