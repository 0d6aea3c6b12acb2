import { close, closeSync, constants, existsSync, open, openSync, readlinkSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { StorageFault } from './contract.js';
import { Pace } from '../../disk/index.js';
import { fromDisk, toDisk } from './disk-path.js';
import { checkPath, splitPath } from './storage-path.js';

/** Linux: a descriptor that only names a file, without opening it. `fs.constants` lacks it. */
const O_PATH = 0o10000000;
const DESCRIPTORS = '/proc/self/fd';
const DELETED = ' (deleted)';

const openLater = promisify(open);
const closeLater = promisify(close);

/** `open(2)` as a promise of the bare descriptor, which is cheaper than a FileHandle. Close it with {@link closeFile}. */
export function openFile(pace: Pace, path: string | Buffer, flags: number, mode?: number): Promise<number> {
  return pace.run(
    () => openSync(path, flags, mode),
    () => openLater(path, flags, mode),
  );
}

export function closeFile(pace: Pace, fd: number): Promise<void> {
  return pace.run(
    () => closeSync(fd),
    () => closeLater(fd),
  );
}

/** What must be held: a directory, or anything. */
type HeldKind = 'directory' | 'any';

/** A file or directory that stays the same one until `close`, whatever happens to the path it was reached by. */
export interface Held {
  /** Names it for `fs`; for a directory, `${path}/name` names what is in it. */
  readonly path: string;
  /** Where it really is, links resolved. */
  readonly real: string;
  close(): void;
}

/** How to get hold of a path; follows links. */
export type Hold = (path: string, kind: HeldKind, pace: Pace) => Promise<Held>;

/** Linux: keeps a descriptor, and names the file through it. Reading and closing such a descriptor never waits for a disk. */
export const holdByDescriptor: Hold = async (path, kind, pace) => {
  const fd = await openFile(pace, toDisk(path), O_PATH | (kind === 'directory' ? constants.O_DIRECTORY : 0));
  try {
    const link = `${DESCRIPTORS}/${fd}`;
    return { path: link, real: fromDisk(readlinkSync(link, 'latin1')), close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};

/** Elsewhere: names the file by its real path, so a directory swapped for a link after the check is not noticed. */
export const holdByRealPath: Hold = async (path, kind) => {
  const real = fromDisk(await realpath(toDisk(path), 'latin1'));
  if (kind === 'directory' && !(await stat(toDisk(real))).isDirectory()) {
    throw new StorageFault('not-a-directory', `not a directory: ${real}`);
  }
  return { path: real, real, close: () => undefined };
};

/**
 * Everything at or below one directory. First it holds what a path leads to, then it asks the kernel where that is, and only
 * then may anything be done with it: through what is held, which no rename or link can swap. Nothing outside is ever opened.
 */
export class Jail {
  readonly pace: Pace;
  /** Empty for the root of the file system. */
  readonly #root: string;
  readonly #links: 'follow' | 'refuse';
  readonly #hold: Hold;
  #real: string | undefined;

  constructor(
    root: string,
    hold: Hold = existsSync(DESCRIPTORS) ? holdByDescriptor : holdByRealPath,
    links: 'follow' | 'refuse' = 'follow',
    pace?: Pace,
  ) {
    const absolute = resolve(root);
    this.#root = absolute === '/' ? '' : absolute;
    this.#hold = hold;
    this.#links = links;
    this.pace = pace ?? new Pace(absolute);
  }

  /** The same directory, in which no path may lead through a link. */
  withoutLinks(): Jail {
    return new Jail(this.#root || '/', this.#hold, 'refuse', this.pace);
  }

  /** Holds what `path` leads to. Throws StorageFault('denied') when that is outside, or behind a link that is not to be followed. */
  async hold(path: string, kind: HeldKind = 'any'): Promise<Held> {
    checkPath(path);
    const held = await this.#inside(path === '/' ? this.#root || '/' : this.#root + path, kind);
    if (this.#links === 'follow' || this.pathOf(held) === path) return held;
    held.close();
    throw new StorageFault('denied', `through a link: ${path}`);
  }

  /** Where it is, as a path of this jail. */
  pathOf({ real }: Held): string {
    const root = this.#real ?? '/';
    return (root === '/' ? real : real.slice(root.length)) || '/';
  }

  /** The same for a name in a held directory. */
  holdIn(directory: Held, name: string): Promise<Held> {
    return this.#inside(`${directory.path}/${name}`, 'any');
  }

  /** Runs `work` while it holds what `path` leads to. */
  async with<Result>(path: string, work: (held: Held) => Result | Promise<Result>): Promise<Result> {
    const held = await this.hold(path);
    try {
      return await work(held);
    } finally {
      held.close();
    }
  }

  /** Runs `work` with the name of `path` in its held directory, in the form `fs` takes. The name itself is not followed. */
  async withParent<Result>(
    path: string,
    work: (name: string | Buffer, parent: Held) => Result | Promise<Result>,
  ): Promise<Result> {
    const { directory, name } = splitPath(path);
    const parent = await this.hold(directory, 'directory');
    try {
      return await work(toDisk(`${parent.path}/${name}`), parent);
    } finally {
      parent.close();
    }
  }

  /** The real path of `path`, whose last links are not resolved. */
  async realPath(path: string): Promise<string> {
    const root = this.#real ?? (await this.#resolveRoot());
    return root === '/' ? path : root + path;
  }

  async #inside(path: string, kind: HeldKind): Promise<Held> {
    const held = await this.#hold(path, kind, this.pace);
    try {
      // The root may itself be a link that an administrator has changed: look again before refusing.
      if (!contains(this.#real, held.real) && !contains(await this.#resolveRoot(), held.real)) {
        throw new StorageFault('denied', `outside of the root: ${held.real}`);
      }
      if (held.real.endsWith(DELETED) && statSync(toDisk(held.path)).nlink === 0) {
        throw new StorageFault('not-found', `deleted: ${held.real}`);
      }
      return held;
    } catch (error) {
      held.close();
      throw error;
    }
  }

  async #resolveRoot(): Promise<string> {
    const held = await this.#hold(this.#root || '/', 'directory', this.pace);
    held.close();
    this.#real = held.real;
    return held.real;
  }
}

function contains(root: string | undefined, real: string): boolean {
  if (root === undefined) return false;
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}
