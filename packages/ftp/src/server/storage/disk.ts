import { chmod, mkdir, readlink, rename, rmdir, stat, statfs, symlink, unlink, utimes } from 'node:fs/promises';
import { posix } from 'node:path';
import type { DirectoryCalls, ZeroCopy } from '../../connection/index.js';
import {
  StorageFault,
  type Entry,
  type ReadHandle,
  type Storage,
  type WriteHandle,
  type WriteIntent,
} from './contract.js';
import { DiskEntry, readOwners, type Owners } from './disk-entry.js';
import { Jail, type Held } from './disk-jail.js';
import { scan, type Listed } from './disk-list.js';
import { attributes, openForReading, openForWriting } from './disk-open.js';
import { fromDisk, toDisk } from './disk-path.js';
import { faulting, storageFault } from './errno.js';
import { checkPath, joinPath, linkTarget, nameOf, splitPath } from './storage-path.js';

/** `chmod` never sets set-user-ID, set-group-ID or sticky. */
const SETTABLE_MODE = 0o777;
/** Links of one listing looked up at once. */
const PARALLEL_LINKS = 8;

export interface DiskOptions {
  /** Permission bits of new files, less the process's umask. Default 0o644. */
  readonly fileMode?: number;
  /** Permission bits of new directories, less the process's umask. Default 0o755. */
  readonly directoryMode?: number;
  /** System calls that make listings faster: `zeroCopy` of `@twinport/zerocopy`. Default: none. */
  readonly zeroCopy?: ZeroCopy | undefined;
}

/**
 * A folder of this machine as a storage. Nothing outside of `root` can be reached, through links either. On Linux that holds
 * even while others rename directories and plant links in it; elsewhere they must not be able to.
 */
export function disk(root: string, options: DiskOptions = {}): Storage {
  return new DiskStorage(new Jail(root), options);
}

/** See {@link disk}. */
export class DiskStorage implements Storage {
  readonly keepsCreated = false;
  readonly #jail: Jail;
  readonly #fileMode: number;
  readonly #directoryMode: number;
  readonly #directories: DirectoryCalls | undefined;
  readonly #options: DiskOptions;
  #names: Owners | undefined;

  constructor(jail: Jail, options: DiskOptions) {
    this.#jail = jail;
    this.#options = options;
    this.#fileMode = options.fileMode ?? 0o644;
    this.#directoryMode = options.directoryMode ?? 0o755;
    this.#directories = options.zeroCopy?.directories;
  }

  stat(path: string): Promise<Entry> {
    return this.#with(path, (held) => new DiskEntry(nameOf(path), attributes(held), this.#owners));
  }

  async *list(path: string): AsyncGenerator<readonly Entry[], void, undefined> {
    try {
      const held = await this.#jail.hold(path, 'directory');
      try {
        for await (const found of scan(this.#listed(held))) {
          const links = await this.#followLinks(held, found);
          yield links.size === 0 ? found : found.map((entry) => links.get(entry.name) ?? entry);
        }
      } finally {
        held.close();
      }
    } catch (error) {
      throw storageFault(error);
    }
  }

  openRead(path: string, offset: number): Promise<ReadHandle> {
    return faulting(() => openForReading(this.#jail, path, offset));
  }

  openWrite(path: string, intent: WriteIntent): Promise<WriteHandle> {
    return faulting(() => openForWriting(this.#jail, path, intent, this.#fileMode));
  }

  remove(path: string): Promise<void> {
    return this.#withParent(path, (name) => unlink(name));
  }

  makeDirectory(path: string): Promise<void> {
    if (path === '/') return Promise.reject(new StorageFault('exists', 'the root'));
    return this.#withParent(path, (name) => mkdir(name, this.#directoryMode)).then(() => undefined);
  }

  removeDirectory(path: string): Promise<void> {
    return this.#withParent(path, (name) => rmdir(name));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#withParent(from, (source) =>
      this.#jail.withParent(to, async (target) => {
        if (from !== to && (await isDirectory(target))) throw new StorageFault('exists', `a directory: ${to}`);
        await rename(source, target);
      }),
    );
  }

  setTimes(path: string, times: { readonly modified?: Date; readonly created?: Date }): Promise<void> {
    return this.#with(path, async (held) => {
      const { modified } = times;
      if (modified === undefined) return;
      await utimes(toDisk(held.path), attributes(held).atime, modified);
    });
  }

  setMode(path: string, mode: number): Promise<void> {
    return this.#with(path, (held) => chmod(toDisk(held.path), mode & SETTABLE_MODE));
  }

  /** The target must exist; it is stored relative to where the link really is, so that the root can be moved. */
  makeLink(path: string, target: string): Promise<void> {
    return this.#withParent(path, async (name, parent) => {
      const aim = linkTarget(splitPath(path).directory, target);
      await this.#jail.with(aim, () => undefined);
      const text = posix.relative(parent.real, await this.#jail.realPath(aim));
      await symlink(toDisk(text || '.'), name);
    });
  }

  space(path: string): Promise<{ readonly available: number }> {
    return this.#with(path, async (held) => {
      const { bavail, bsize } = await statfs(toDisk(held.path));
      return { available: bavail * bsize };
    });
  }

  /** Links below `path` are not followed. Rejects with the signal's reason when it aborts. */
  async totalSize(path: string, signal: AbortSignal): Promise<number> {
    checkPath(path);
    let total = 0;
    const left = [path];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      for await (const { name, type, size } of this.#walk(next, next === path, signal)) {
        total += size;
        if (type === 'directory') left.push(joinPath(next, name));
      }
    }
    return total;
  }

  /** What is in one directory of a walk. One that has vanished since it was found is empty. */
  async *#walk(path: string, top: boolean, signal: AbortSignal): AsyncGenerator<Entry, void, undefined> {
    signal.throwIfAborted();
    let held: Held | undefined;
    try {
      held = await this.#jail.hold(path, 'directory');
      for await (const found of scan(this.#listed(held))) {
        signal.throwIfAborted();
        yield* found;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const fault = storageFault(error);
      if (top || fault.code !== 'not-found') throw fault;
    } finally {
      held?.close();
    }
  }

  realPath(path: string): Promise<string> {
    return this.#with(path, (held) => this.#jail.pathOf(held));
  }

  get withoutLinks(): Storage {
    return new DiskStorage(this.#jail.withoutLinks(), this.#options);
  }

  #listed(held: Held): Listed {
    return { held, pace: this.#jail.pace, owners: this.#owners, directories: this.#directories };
  }

  #with<Result>(path: string, work: (held: Held) => Result | Promise<Result>): Promise<Result> {
    return faulting(() => this.#jail.with(path, work));
  }

  #withParent<Result>(path: string, work: (name: string | Buffer, parent: Held) => Promise<Result>): Promise<Result> {
    return faulting(() => this.#jail.withParent(path, work));
  }

  get #owners(): Owners {
    this.#names ??= readOwners();
    return this.#names;
  }

  /** Entries of the links among `found`, by name. */
  async #followLinks(directory: Held, found: readonly DiskEntry[]): Promise<ReadonlyMap<string, Entry>> {
    const entries = new Map<string, Entry>();
    const links = found.filter(({ type }) => type === 'link');
    for (let from = 0; from < links.length; from += PARALLEL_LINKS) {
      const group = links.slice(from, from + PARALLEL_LINKS);
      const followed = await Promise.all(group.map((link) => this.#followLink(directory, link)));
      for (const entry of followed) entries.set(entry.name, entry);
    }
    return entries;
  }

  /** A link as what it points to, or as itself when that is outside or nowhere. Never rejects. */
  async #followLink(directory: Held, link: DiskEntry): Promise<Entry> {
    const { name } = link;
    let target = '';
    try {
      target = fromDisk(await readlink(toDisk(`${directory.path}/${name}`), 'latin1'));
      const held = await this.#jail.holdIn(directory, name);
      try {
        return new DiskEntry(name, attributes(held), this.#owners, target);
      } finally {
        held.close();
      }
    } catch {
      // Outside, dangling, in a circle or gone: a listing shows it as the link it is.
      link.target = target;
      return link;
    }
  }
}

/** Whether a directory, or a link to one, has this name. A link is replaced otherwise. */
async function isDirectory(name: string | Buffer): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch {
    // Nothing there, or a link to nowhere: rename itself reports any real trouble.
    return false;
  }
}
