import type { Entry, ReadHandle, Storage, WriteHandle, WriteIntent } from './contract.js';
import { StorageFault, isMissing } from './contract.js';
import { named } from './copied-entry.js';
import { MountPoints, byCode } from './mount-points.js';
import { linkTarget, nameOf, splitPath } from './storage-path.js';

type Ability = 'setTimes' | 'setMode' | 'makeLink' | 'space' | 'totalSize';
type Able<A extends Ability> = Required<Pick<Storage, A>>;

/**
 * One tree of several storages: `mount(disk('/srv/ann'), { '/incoming': disk('/srv/in'), '/archive/2024': memory() })`. What `root` has at
 * a mount point is hidden. Links stay in the storage that has them. An ability that a path's own storage lacks is `unsupported` there.
 * Throws StorageFault('invalid') for a mount point that is not an absolute, normal path below the root.
 */
export function mount(root: Storage, mounts: Readonly<Record<string, Storage>>): Storage {
  const tree = new MountedTree(new MountPoints(root, mounts));
  const { storages } = tree.points;
  const has = (ability: Ability): boolean => storages.some((storage) => storage[ability] !== undefined);
  return {
    stat: (path) => tree.stat(path),
    list: (path) => tree.list(path),
    openRead: (path, offset) => tree.openRead(path, offset),
    openWrite: (path, intent) => tree.openWrite(path, intent),
    remove: (path) => tree.remove(path),
    makeDirectory: (path) => tree.makeDirectory(path),
    removeDirectory: (path) => tree.removeDirectory(path),
    rename: (from, to) => tree.rename(from, to),
    realPath: (path) => tree.realPath(path),
    get withoutLinks() {
      const entries = Object.entries(mounts).map(([point, each]) => [point, each.withoutLinks ?? each]);
      return mount(root.withoutLinks ?? root, Object.fromEntries(entries));
    },
    keepsCreated: storages.some(({ keepsCreated }) => keepsCreated === true),
    ...(has('setTimes') && { setTimes: (path, times) => tree.setTimes(path, times) }),
    ...(has('setMode') && { setMode: (path, mode) => tree.setMode(path, mode) }),
    ...(has('makeLink') && { makeLink: (path, target) => tree.makeLink(path, target) }),
    ...(has('space') && { space: (path) => tree.space(path) }),
    ...(has('totalSize') && { totalSize: (path, signal) => tree.totalSize(path, signal) }),
  };
}

/** See {@link mount}. Methods are async so that every fault is a rejection. */
class MountedTree {
  readonly points: MountPoints;
  readonly #made = new Date();

  constructor(points: MountPoints) {
    this.points = points;
  }

  async stat(path: string): Promise<Entry> {
    const place = this.points.locate(path);
    if (this.points.leadsToPoint(path)) return await this.#directory(path);
    return named(await place.storage.stat(place.path), nameOf(path));
  }

  async *list(path: string): AsyncGenerator<readonly Entry[], void, undefined> {
    const place = this.points.locate(path);
    const names = this.points.childrenOf(path);
    let left = await Promise.all(names.map((name) => this.#directory(path === '/' ? `/${name}` : `${path}/${name}`)));
    try {
      for await (const entries of place.storage.list(place.path)) {
        if (names.length === 0) {
          yield entries;
          continue;
        }
        const last = entries.at(-1)?.name ?? '';
        const others = entries.filter(({ name }) => !names.includes(name));
        yield [...others, ...left.filter(({ name }) => name <= last)].toSorted((a, b) => byCode(a.name, b.name));
        left = left.filter(({ name }) => name > last);
      }
    } catch (error) {
      if (names.length === 0 || !isMissing(error)) throw error;
    }
    if (left.length > 0) yield left;
  }

  async openRead(path: string, offset: number): Promise<ReadHandle> {
    const { storage, path: within } = this.points.locate(path);
    if (this.points.leadsToPoint(path)) throw new StorageFault('is-a-directory', path);
    return await storage.openRead(within, offset);
  }

  async openWrite(path: string, intent: WriteIntent): Promise<WriteHandle> {
    const { storage, path: within } = this.points.locate(path);
    if (this.points.leadsToPoint(path))
      throw new StorageFault(intent.kind === 'create' ? 'exists' : 'is-a-directory', path);
    return await this.#creating(path, () => storage.openWrite(within, intent));
  }

  async remove(path: string): Promise<void> {
    const { storage, path: within } = this.#changeable(path);
    await storage.remove(within);
  }

  async makeDirectory(path: string): Promise<void> {
    const { storage, path: within } = this.points.locate(path);
    if (this.points.isFixed(path)) throw new StorageFault('exists', path);
    await this.#creating(path, () => storage.makeDirectory(within));
  }

  async removeDirectory(path: string): Promise<void> {
    const { storage, path: within } = this.#changeable(path);
    await storage.removeDirectory(within);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#changeable(from);
    const target = this.#changeable(to);
    if (source.point !== target.point) throw new StorageFault('cross-device', `${from} to ${to}`);
    await this.#creating(to, () => source.storage.rename(source.path, target.path));
  }

  /** Links that would lead to what a mount hides lead nowhere. */
  async realPath(path: string): Promise<string> {
    const { storage, path: within, point } = this.points.locate(path);
    if (this.points.leadsToPoint(path)) return path;
    const real = (await storage.realPath?.(within)) ?? within;
    const there = point === '/' ? real : real === '/' ? point : point + real;
    if (this.points.locate(there).point !== point) throw new StorageFault('denied', `${path} leads to ${there}`);
    return there;
  }

  async setTimes(path: string, times: { readonly modified?: Date; readonly created?: Date }): Promise<void> {
    const { storage, within } = this.#able('setTimes', path);
    if (times.modified === undefined && storage.keepsCreated !== true)
      throw new StorageFault('unsupported', `creation times in ${path}`);
    await storage.setTimes(within, times);
  }

  async setMode(path: string, mode: number): Promise<void> {
    const { storage, within } = this.#able('setMode', path);
    await storage.setMode(within, mode);
  }

  async makeLink(path: string, target: string): Promise<void> {
    const { storage, within } = this.#able('makeLink', path);
    if (this.points.isFixed(path)) throw new StorageFault('exists', path);
    const aim = this.points.locate(linkTarget(splitPath(path).directory, target));
    if (aim.point !== this.points.locate(path).point) throw new StorageFault('denied', `${path} to ${target}`);
    await this.#creating(path, () => storage.makeLink(within, aim.path));
  }

  async space(path: string): Promise<{ readonly available: number }> {
    const { storage, within } = this.#able('space', path);
    return await storage.space(within);
  }

  /** What is hidden by a mount is not counted. */
  async totalSize(path: string, signal: AbortSignal): Promise<number> {
    let total = await this.#sizeOf(path, signal, !this.points.leadsToPoint(path));
    for (const point of this.points.pointsBelow(path)) {
      const hidden = this.points.around(point);
      total += await this.#sizeOf(point, signal, true);
      total -= await sizeIn(hidden.storage, hidden.path, signal, false);
    }
    return total;
  }

  async #sizeOf(path: string, signal: AbortSignal, needed: boolean): Promise<number> {
    const { storage, path: within } = this.points.locate(path);
    return await sizeIn(storage, within, signal, needed);
  }

  #able<A extends Ability>(ability: A, path: string): { storage: Storage & Able<A>; within: string } {
    const { storage, path: within } = this.points.locate(path);
    if (!isAble(storage, ability)) throw new StorageFault('unsupported', `${ability} in ${path}`);
    return { storage, within };
  }

  #changeable(path: string) {
    const place = this.points.locate(path);
    if (this.points.isFixed(path)) throw new StorageFault('denied', `a mount point, or what leads to one: ${path}`);
    return place;
  }

  /** Says that nothing can be made in a directory that is there for a mount point only, and not that it is missing. */
  async #creating<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const parent = path === '/' ? path : splitPath(path).directory;
      if (isMissing(error) && this.points.leadsToPoint(parent) && !(await this.#isStored(parent)))
        throw new StorageFault('denied', `nothing but mount points can be in ${parent}`, { cause: error });
      throw error;
    }
  }

  async #isStored(path: string): Promise<boolean> {
    return (await this.#stored(path)) !== undefined;
  }

  /** A mount point or what leads to one, which is a directory whatever its storage says. */
  async #directory(path: string): Promise<Entry> {
    const entry = await this.#stored(path);
    if (entry) return named(entry, nameOf(path));
    return {
      name: nameOf(path),
      type: 'directory',
      size: 0,
      modified: this.#made,
      mode: 0o555,
      owner: 'ftp',
      group: 'ftp',
      links: 1,
      unique: `m${Buffer.from(path).toString('hex')}`,
    };
  }

  async #stored(path: string): Promise<Entry | undefined> {
    const { storage, path: within } = this.points.locate(path);
    try {
      const entry = await storage.stat(within);
      return entry.type === 'directory' ? entry : undefined;
    } catch (error) {
      // A storage that cannot be asked does not hide what is mounted in it, or where it is mounted itself.
      if (error instanceof StorageFault) return undefined;
      throw error;
    }
  }
}

function isAble<A extends Ability>(storage: Storage, ability: A): storage is Storage & Able<A> {
  return storage[ability] !== undefined;
}

/** 0 for a directory that is not there, unless it is needed. */
async function sizeIn(storage: Storage, path: string, signal: AbortSignal, needed: boolean): Promise<number> {
  if (!isAble(storage, 'totalSize')) throw new StorageFault('unsupported', `totalSize in ${path}`);
  try {
    return await storage.totalSize(path, signal);
  } catch (error) {
    if (needed || !isMissing(error)) throw error;
    return 0;
  }
}
