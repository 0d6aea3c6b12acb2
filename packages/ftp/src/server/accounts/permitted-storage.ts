import {
  type Entry,
  type EntryType,
  type ReadHandle,
  type Storage,
  StorageFault,
  isMissing,
  type WriteHandle,
  type WriteIntent,
} from '../storage/contract.js';
import { copied, named } from '../storage/copied-entry.js';
import { joinPath, linkTarget, nameOf, splitPath } from '../storage/storage-path.js';
import type { Account, Permission } from './contract.js';
import { NotPermitted } from './not-permitted.js';
import { type Permitted, holdsFolders, mayEverywhere, permissionsAt, permittedThrough } from './permissions.js';
import { openPermitted } from './open-permitted.js';

type Optional<Name extends keyof Storage> = NonNullable<Storage[Name]>;

/** What a path leads to, and how it is reached: by a path without links, where what was decided of that one must hold. */
interface Place {
  readonly storage: Storage;
  readonly path: string;
}

/** An account's storage, in which nothing can be done but what the account may do. Verbs see no other: none can forget to ask. */
export class PermittedStorage implements Storage {
  readonly keepsCreated: boolean;
  readonly setTimes?: Optional<'setTimes'>;
  readonly setMode?: Optional<'setMode'>;
  readonly makeLink?: Optional<'makeLink'>;
  readonly space?: Optional<'space'>;
  readonly totalSize?: Optional<'totalSize'>;
  readonly #account: Account;
  #withoutLinks: Storage | undefined;
  readonly #purposes: () => readonly Permission[];

  /** `purposes`: what the running verb is for; with any of it, it may look at an entry. */
  constructor(account: Account, purposes: () => readonly Permission[]) {
    const { storage } = account;
    this.#account = account;
    this.#purposes = purposes;
    this.keepsCreated = storage.keepsCreated === true;
    if (storage.setTimes)
      this.setTimes = (path, times) => this.#change(path, (at) => at.storage.setTimes?.(at.path, times));
    if (storage.setMode) this.setMode = (path, mode) => this.#change(path, (at) => at.storage.setMode?.(at.path, mode));
    if (storage.makeLink) this.makeLink = (path, target) => this.#link(path, target);
    if (storage.space) this.space = (path) => this.#space(path);
    if (storage.totalSize) this.totalSize = (path, signal) => this.#totalSize(path, signal);
  }

  /** What may be done with what has this path. */
  async permissionsAt(path: string, type: EntryType): Promise<Permitted> {
    const written = permissionsAt(this.#account, path);
    if (!this.#account.folders) return written;
    const real = await this.#followToName(path);
    const reached = permissionsAt(this.#account, real);
    const target = permissionsAt(this.#account, await this.#follow(path));
    const name = { has: (permission: Permission) => written.has(permission) && reached.has(permission) };
    const permitted = permittedThrough(name, target, type);
    return holdsFolders(this.#account, real)
      ? { has: (permission) => permission !== 'rename' && permitted.has(permission) }
      : permitted;
  }

  async stat(path: string): Promise<Entry> {
    const place = await this.#enter(path, this.#purposesOr('list'));
    return named(await place.storage.stat(place.path), nameOf(path));
  }

  async *list(path: string): AsyncGenerator<readonly Entry[], void, undefined> {
    const place = await this.#enter(path, ['list']);
    for await (const entries of place.storage.list(place.path))
      yield this.#account.folders
        ? await Promise.all(entries.map((entry) => this.#listed(place.path, entry)))
        : entries;
  }

  async openRead(path: string, offset: number): Promise<ReadHandle> {
    const purposes = this.#purposesOr('read');
    const place = await this.#enter(path, purposes.includes('read') ? ['read'] : purposes);
    return await place.storage.openRead(place.path, offset);
  }

  async openWrite(path: string, intent: WriteIntent): Promise<WriteHandle> {
    const place = await this.#enter(path, ['write', 'append', 'overwrite']);
    return await openPermitted({ ...place, may: permissionsAt(this.#account, place.path) }, intent);
  }

  async remove(path: string): Promise<void> {
    const place = await this.#enterName(path, ['delete']);
    await place.storage.remove(place.path);
  }

  async makeDirectory(path: string): Promise<void> {
    const place = await this.#enterName(path, ['makeDirectory']);
    await place.storage.makeDirectory(place.path);
  }

  async removeDirectory(path: string): Promise<void> {
    const place = await this.#enterName(path, ['removeDirectory']);
    await place.storage.removeDirectory(place.path);
  }

  /** Nothing may gain by being moved to where more is permitted; and what folders with permissions of their own are in stays where it is. */
  async rename(from: string, to: string): Promise<void> {
    const source = await this.#enterName(from, ['rename']);
    const target = await this.#enterName(to, ['rename']);
    const [before, after] = [permissionsAt(this.#account, source.path), permissionsAt(this.#account, target.path)];
    const gained = [...after].find((permission) => !before.has(permission));
    if (gained !== undefined) throw new NotPermitted(gained, from);
    if (holdsFolders(this.#account, source.path) || holdsFolders(this.#account, target.path))
      throw new NotPermitted('rename', from);
    if (!after.has('overwrite') && (await exists(target))) throw new NotPermitted('overwrite', to);
    await source.storage.rename(source.path, target.path);
  }

  async realPath(path: string): Promise<string> {
    return (await this.#enter(path, this.#purposesOr('list'))).path;
  }

  async #change(path: string, change: (place: Place) => Promise<void> | undefined): Promise<void> {
    await change(await this.#enter(path, ['setAttributes']));
  }

  async #link(path: string, target: string): Promise<void> {
    const place = await this.#enterName(path, ['write']);
    const aim = await this.#enter(linkTarget(splitPath(path).directory, target), ['list']);
    await place.storage.makeLink?.(place.path, aim.path);
  }

  async #space(path: string): ReturnType<Optional<'space'>> {
    const place = await this.#enter(path, this.#purposesOr('list'));
    return (await place.storage.space?.(place.path)) ?? { available: 0 };
  }

  async #totalSize(path: string, signal: AbortSignal): Promise<number> {
    const place = await this.#enter(path, ['list']);
    if (!mayEverywhere(this.#account, place.path, 'list')) throw new NotPermitted('list', path);
    return (await place.storage.totalSize?.(place.path, signal)) ?? 0;
  }

  #purposesOr(permission: Permission): readonly Permission[] {
    const purposes = this.#purposes();
    return purposes.length > 0 ? purposes : [permission];
  }

  /** What `path` leads to. Throws NotPermitted unless the account may do one of these things there, and where the path says it is. */
  async #enter(path: string, wanted: readonly Permission[]): Promise<Place> {
    this.#demand(path, wanted);
    if (!this.#account.folders) return { storage: this.#account.storage, path };
    return this.#found(await this.#follow(path), wanted);
  }

  /** The same of the name itself, be it a link or not there yet. */
  async #enterName(path: string, wanted: readonly Permission[]): Promise<Place> {
    this.#demand(path, wanted);
    if (!this.#account.folders) return { storage: this.#account.storage, path };
    return this.#found(await this.#followToName(path), wanted);
  }

  #found(path: string, wanted: readonly Permission[]): Place {
    this.#demand(path, wanted);
    const { storage } = this.#account;
    this.#withoutLinks ??= storage.withoutLinks ?? storage;
    return { storage: this.#withoutLinks, path };
  }

  #demand(path: string, wanted: readonly Permission[]): void {
    const permissions = permissionsAt(this.#account, path);
    const [first] = wanted;
    if (first !== undefined && !wanted.some((permission) => permissions.has(permission)))
      throw new NotPermitted(first, path);
  }

  /** The path without links, also of what is not there: whether it is may be none of the account's business. */
  async #follow(path: string): Promise<string> {
    const { storage } = this.#account;
    if (!storage.realPath) return path;
    try {
      return await storage.realPath(path);
    } catch (error) {
      if (path === '/' || !isMissing(error)) throw error;
      const { directory, name } = splitPath(path);
      return joinPath(await this.#follow(directory), name);
    }
  }

  /** The path without links but the last. */
  async #followToName(path: string): Promise<string> {
    if (path === '/') return path;
    const { directory, name } = splitPath(path);
    return joinPath(await this.#follow(directory), name);
  }

  /** An entry of a directory; a link that leads where the account may not list is no more than a link. */
  async #listed(directory: string, entry: Entry): Promise<Entry> {
    if (entry.target === undefined || entry.type === 'link') return entry;
    const real = await this.#follow(joinPath(directory, entry.name));
    return permissionsAt(this.#account, real).has('list') ? entry : { ...copied(entry), type: 'link', size: 0 };
  }
}

async function exists({ storage, path }: Place): Promise<boolean> {
  try {
    await storage.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    if (error instanceof StorageFault) return true; // a link, say
    throw error;
  }
}
