import type { RemoteEntry } from '@twinport/ftp/client';

/** Folders that are remembered, and names of each. */
const MAX_FOLDERS = 64;
const MAX_NAMES = 10_000;
/** How long a listing is good for. */
const FRESH_MS = 30_000;

export interface KnownName {
  readonly name: string;
  readonly folder: boolean;
}

interface Kept {
  readonly at: number;
  readonly names: Promise<readonly KnownName[]>;
}

/** What is in folders of the server, for completion: asked for once in a while. */
export class ListingCache {
  readonly #list: (path: string) => Promise<readonly Pick<RemoteEntry, 'name' | 'type'>[]>;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(
    list: (path: string) => Promise<readonly Pick<RemoteEntry, 'name' | 'type'>[]>,
    now: () => number = Date.now,
  ) {
    this.#list = list;
    this.#now = now;
  }

  /** Never rejects: what cannot be listed has no names, and is asked for again the next time. */
  names(path: string): Promise<readonly KnownName[]> {
    const kept = this.#kept.get(path);
    if (kept && this.#now() - kept.at < FRESH_MS) return kept.names;
    const names = this.#ask(path);
    this.#kept.delete(path);
    this.#kept.set(path, { at: this.#now(), names });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_FOLDERS && !oldest.done) this.#kept.delete(oldest.value);
    return names;
  }

  async #ask(path: string): Promise<readonly KnownName[]> {
    try {
      const entries = await this.#list(path);
      return entries.slice(0, MAX_NAMES).map(({ name, type }) => ({ name, folder: type === 'directory' }));
    } catch {
      this.#kept.delete(path); // the command that is being written will say what is wrong
      return [];
    }
  }

  /** Something has been changed. */
  forget(): void {
    this.#kept.clear();
  }
}
