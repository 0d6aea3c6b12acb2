import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SyncSeen } from '@twinport/ftp/client';
import type { CommandRun } from './command-run.js';
import type { CopiedTree } from './copy-tree.js';
import { eachOf } from './each-of.js';
import { type Place, inside, placeName } from './place.js';
import { DEFAULT_PARALLEL } from './shared-flags.js';

type Seen = Pick<SyncSeen, 'type' | 'size' | 'modified'>;

/** Deletes of a folder what was copied and is still the same. What has come into it or has changed meanwhile stays, and is said. */
export async function removeCopied(run: CommandRun, source: Place, tree: CopiedTree): Promise<void> {
  const removal = new Removal(run, tree);
  const link = source.kind === 'local' ? source.path.replace(/\/+$/, '') : undefined;
  if (link && (await lstat(link)).isSymbolicLink()) await unlink(link);
  else await removal.inner(source, '');
}

/** Its methods resolve with whether what they are given is gone. */
class Removal {
  readonly #run: CommandRun;
  readonly #folders: ReadonlySet<string>;
  readonly #files: ReadonlyMap<string, SyncSeen | undefined>;

  constructor(run: CommandRun, { plan, folders }: CopiedTree) {
    this.#run = run;
    this.#folders = folders;
    this.#files = new Map(
      plan.actions.flatMap((action): [string, SyncSeen | undefined][] => {
        if (action.do === 'transfer') return [[action.path, action.source]];
        return action.do === 'link' ? [[action.path, undefined]] : [];
      }),
    );
  }

  async #folder(place: Place, path: string): Promise<boolean> {
    let isEmpty = true;
    const entries = [...(await listed(place, this.#run.signal))];
    const work = async ([name, seen]: [string, Seen]): Promise<void> => {
      if (!(await this.#entry(inside(place, name), path === '' ? name : `${path}/${name}`, seen))) isEmpty = false;
    };
    await eachOf(
      entries.filter((entry) => !isFolder(entry)),
      DEFAULT_PARALLEL,
      work,
    );
    for (const entry of entries.filter(isFolder)) await work(entry);
    if (!isEmpty) return false;
    try {
      await this.#remove(place, 'directory');
      return true;
    } catch (error) {
      if (this.#run.signal.aborted) throw error;
      return this.#keep(place, `it could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #entry(place: Place, path: string, seen: Seen): Promise<boolean> {
    const known = this.#folders.has(path) || this.#files.has(path);
    if (!known) return this.#keep(place, 'it was not there when the rest was copied');
    if (seen.type === 'directory' && this.#folders.has(path)) return await this.inner(place, path);
    if (seen.type !== 'link' && !isSame(seen, this.#files.get(path)))
      return this.#keep(place, 'it has changed since it was copied');
    await this.#remove(place, seen.type);
    return true;
  }

  /** A folder, or on a server a link to one, which some list as that folder: what it leads to stays. */
  async inner(place: Place, path: string): Promise<boolean> {
    if (place.kind !== 'remote') return await this.#folder(place, path);
    const [outcome] = await Promise.allSettled([this.#remove(place, 'directory')]);
    return outcome.status === 'fulfilled' || (await this.#folder(place, path));
  }

  async #remove(place: Place, type: Seen['type']): Promise<void> {
    if (place.kind === 'remote') await place.remote.client.remove(place.remote.path, { signal: this.#run.signal });
    else if (place.kind === 'local') await (type === 'directory' ? rmdir(place.path) : unlink(place.path));
  }

  #keep(place: Place, why: string): false {
    const name = placeName(place);
    this.#run.leftOut(name, 'changed', why);
    this.#run.screen.say(`not deleted: ${name}: ${why}`);
    return false;
  }
}

const isFolder = ([, { type }]: [string, Seen]): boolean => type === 'directory';

async function listed(place: Place, signal: AbortSignal): Promise<Map<string, Seen>> {
  if (place.kind === 'remote') {
    const entries = await place.remote.client.list(place.remote.path, { signal }).toArray();
    return new Map(
      entries.map(({ name, type, size, modified }) => [
        name,
        {
          type,
          ...(size !== undefined && { size }),
          ...(modified && { modified: { ...modified, at: modified.at.toISOString() } }),
        },
      ]),
    );
  }
  const folder = place.kind === 'local' ? place.path : '.';
  const found = new Map<string, Seen>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { size, mtime } = await lstat(join(folder, entry.name));
    const type = entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'file';
    found.set(entry.name, {
      type,
      size,
      modified: { at: mtime.toISOString(), precision: 'millisecond', zone: 'utc' },
    });
  }
  return found;
}

/** As far as both looks at it say. */
function isSame(now: Seen, copied: Seen | undefined): boolean {
  if (!copied || now.type !== copied.type) return false;
  const sizes = now.size === undefined || copied.size === undefined || now.size === copied.size;
  const [one, other] = [now.modified, copied.modified];
  return sizes && (!one || !other || one.precision !== other.precision || one.at === other.at);
}
