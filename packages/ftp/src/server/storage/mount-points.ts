import { type Storage, StorageFault } from './contract.js';
import { checkPath, joinPath, splitPath } from './storage-path.js';

/** A path as the storage has it that it is in. */
export interface Place {
  readonly storage: Storage;
  readonly path: string;
  /** Where that storage is mounted. */
  readonly point: string;
}

/** Which storage a path is in: that of the deepest mount point on it. */
export class MountPoints {
  readonly #storages: ReadonlyMap<string, Storage>;
  /** Names by directory: of mount points, and of what leads to them. */
  readonly #children = new Map<string, Set<string>>();

  /** Throws StorageFault('invalid') for a path that is not absolute and normal, or is the root. */
  constructor(root: Storage, mounts: Readonly<Record<string, Storage>>) {
    this.#storages = new Map([['/', root], ...Object.entries(mounts)]);
    for (const point of Object.keys(mounts)) {
      if (point === '/') throw new StorageFault('invalid', 'nothing can be mounted over the root');
      this.#addToParents(point);
    }
  }

  get storages(): readonly Storage[] {
    return [...this.#storages.values()];
  }

  locate(path: string): Place {
    checkPath(path);
    for (let point = path; ; point = splitPath(point).directory) {
      const storage = this.#storages.get(point);
      if (storage) return { storage, point, path: point === '/' ? path : path.slice(point.length) || '/' };
    }
  }

  /** What is mounted over something that the storage around it may have at the same path. */
  around(point: string): Place {
    const { directory, name } = splitPath(point);
    const parent = this.locate(directory);
    return { ...parent, path: joinPath(parent.path, name) };
  }

  isPoint(path: string): boolean {
    return this.#storages.has(path);
  }

  /** A directory that is there because something is mounted below it, whether or not its storage has it. */
  leadsToPoint(path: string): boolean {
    return this.#children.has(path);
  }

  /** Neither can be removed, renamed or replaced. */
  isFixed(path: string): boolean {
    return this.isPoint(path) || this.leadsToPoint(path);
  }

  childrenOf(directory: string): readonly string[] {
    return [...(this.#children.get(directory) ?? [])].toSorted(byCode);
  }

  pointsBelow(directory: string): readonly string[] {
    const below = joinPath(directory, '');
    return [...this.#storages.keys()].filter((point) => point !== '/' && point.startsWith(below));
  }

  #addToParents(point: string): void {
    for (let path = point; path !== '/';) {
      const { directory, name } = splitPath(path);
      const names = this.#children.get(directory) ?? new Set();
      this.#children.set(directory, names.add(name));
      path = directory;
    }
  }
}

/** The order of listings. */
export function byCode(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
