import type { DirectEntries, DirectoryCalls } from '@twinport/ftp/server';
import {
  type DirectoryReport,
  type DirectoryRequest,
  PIECES,
  PIECE_WORDS,
  type Piece,
  SEPARATOR,
} from './directory-messages.js';
import { holdDescriptor } from './held-descriptors.js';
import { libc, systemError } from './libc.js';
import { KEPT_WORDS, StatxAttributes } from './statx-attributes.js';
import { Thread } from './thread.js';

/** What has come of a directory, and has not been used yet. */
interface Coming {
  readonly directory: number;
  readonly pieces: Piece[];
  end?: { readonly error: Error | undefined };
  wake?: () => void;
}

/** A thread that reads directories, seen from outside. */
export class DirectoryThread {
  readonly #attributesIn: DirectoryCalls['attributesIn'];
  readonly #coming = new Map<number, Coming>();
  readonly #thread = new Thread<DirectoryRequest, DirectoryReport>('directory-main.js', undefined, {
    onReport: (report) => this.#take(report),
    onExit: (error) => this.#exited(error),
  });
  #last = 0;

  /** `attributesIn` is for what is read by two threads. */
  constructor(attributesIn: DirectoryCalls['attributesIn']) {
    this.#attributesIn = attributesIn;
  }

  get ready(): boolean {
    return this.#thread.ready;
  }

  get ended(): boolean {
    return this.#thread.ended;
  }

  async *read(directory: number, names: readonly string[]): AsyncGenerator<DirectEntries, void, undefined> {
    const memory = new SharedArrayBuffer(PIECES * PIECE_WORDS * Uint32Array.BYTES_PER_ELEMENT);
    const words = new Uint32Array(memory);
    const id = ++this.#last;
    const coming: Coming = { directory: holdDescriptor(directory), pieces: [] };
    this.#coming.set(id, coming);
    this.#thread.begin();
    try {
      this.#thread.request({ kind: 'read', id, directory: coming.directory, names, memory });
      for (let turn = 0; ; turn = (turn + 1) % PIECES) {
        const piece = await nextPiece(coming);
        if (piece === undefined) return;
        yield this.#entriesOf(directory, piece, words, turn * PIECE_WORDS);
        this.#thread.request({ kind: 'more', id });
      }
    } finally {
      this.#thread.request({ kind: 'stop', id });
    }
  }

  #entriesOf(directory: number, { names, known }: Piece, words: Uint32Array, start: number): DirectEntries {
    const all = names.split(SEPARATOR);
    return {
      names: all,
      attributesOf: (index) =>
        index < known
          ? new StatxAttributes(words, start + index * KEPT_WORDS)
          : this.#attributesIn(directory, all[index] ?? ''),
    };
  }

  #take(report: DirectoryReport): void {
    const coming = this.#coming.get(report.id);
    if (!coming) return;
    if (report.kind === 'end') {
      this.#end(report.id, coming, report.failed && systemError(report.failed));
      return;
    }
    coming.pieces.push(report.piece);
    coming.wake?.();
  }

  #end(id: number, coming: Coming, error?: Error): void {
    coming.end = { error };
    this.#coming.delete(id);
    libc.close(coming.directory);
    this.#thread.finish();
    coming.wake?.();
  }

  #exited(error: Error): void {
    for (const [id, coming] of this.#coming) this.#end(id, coming, error);
  }
}

/** Undefined at the end. */
async function nextPiece(coming: Coming): Promise<Piece | undefined> {
  while (coming.pieces.length === 0 && !coming.end)
    await new Promise<void>((resolve) => {
      coming.wake = resolve;
    });
  const piece = coming.pieces.shift();
  if (piece === undefined && coming.end?.error) throw coming.end.error;
  return piece;
}
