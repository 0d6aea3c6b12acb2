import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkOffset } from './check-offset.js';
import {
  StorageFault,
  type Entry,
  type ReadHandle,
  type Storage,
  type WriteHandle,
  type WriteIntent,
} from './contract.js';
import { MemoryBytes } from './memory-bytes.js';
import {
  find,
  findDirectory,
  findFile,
  findPlace,
  type MemoryDirectory,
  type MemoryFile,
  type MemoryNode,
  type Place,
} from './memory-tree.js';
import { linkTarget, nameOf, splitPath } from './storage-path.js';

const SETTABLE_MODE = 0o777;
/** Entries of a listing until others get their turn. */
const LISTED_AT_ONCE = 1024;

/** Counted over all of them: in one tree of several storages no two files may look like one. */
let ids = 0;

export interface MemoryOptions {
  /** Octets that all files together may have; more is `full`. Default: no limit. */
  readonly capacityBytes?: number;
  /** The clock for file times. Default: the system's. */
  readonly now?: () => Date;
}

/** A storage in memory. `files` maps paths to content; one that ends in `/` is an empty directory. Directories above are made. */
export function memory(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: MemoryOptions = {},
): Storage {
  return new MemoryStorage(files, options);
}

/** See {@link memory}. Methods are async so that every fault is a rejection. */
class MemoryStorage implements Storage {
  readonly keepsCreated = true;
  readonly #capacity: number;
  readonly #now: () => Date;
  readonly #root: MemoryDirectory;
  #used = 0;

  constructor(files: Readonly<Record<string, string | Uint8Array>>, options: MemoryOptions) {
    this.#capacity = options.capacityBytes ?? Number.MAX_SAFE_INTEGER;
    this.#now = options.now ?? (() => new Date());
    this.#root = this.#newDirectory();
    for (const [key, content] of Object.entries(files)) this.#seed(key, content);
  }

  async stat(path: string): Promise<Entry> {
    return entryOf(nameOf(path), find(this.#root, path).node);
  }

  async *list(path: string): AsyncGenerator<readonly Entry[], void, undefined> {
    const children = [...findDirectory(this.#root, path).children].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (let from = 0; from < children.length; from += LISTED_AT_ONCE) {
      if (from > 0) await nextTurn();
      yield children.slice(from, from + LISTED_AT_ONCE).map(([name, node]) => this.#listed(name, node));
    }
  }

  async openRead(path: string, offset: number): Promise<ReadHandle> {
    const { bytes } = findFile(this.#root, path);
    checkOffset(offset, bytes.length);
    let position = offset;
    return {
      size: bytes.length,
      async read(into) {
        const count = bytes.read(position, into);
        position += count;
        return count;
      },
      async close() {},
    };
  }

  async openWrite(path: string, intent: WriteIntent): Promise<WriteHandle> {
    if (intent.kind === 'truncate-at' || intent.kind === 'overwrite-at') {
      const file = findFile(this.#root, path);
      checkOffset(intent.offset, file.bytes.length);
      return this.#writer(file, intent.offset, intent.kind === 'truncate-at');
    }
    const file = this.#openOrCreate(path, intent.kind);
    return this.#writer(file, intent.kind === 'append' ? undefined : 0, intent.kind === 'replace');
  }

  async remove(path: string): Promise<void> {
    const place = findPlace(this.#root, path);
    if (place.node === undefined) throw new StorageFault('not-found', path);
    if (place.node.type === 'directory') throw new StorageFault('is-a-directory', path);
    this.#unlink(place);
  }

  async makeDirectory(path: string): Promise<void> {
    if (path === '/') throw new StorageFault('exists', path);
    this.#add(freePlace(findPlace(this.#root, path)), this.#newDirectory());
  }

  async removeDirectory(path: string): Promise<void> {
    const place = findPlace(this.#root, path);
    if (place.node === undefined) throw new StorageFault('not-found', path);
    if (place.node.type !== 'directory') throw new StorageFault('not-a-directory', path);
    if (place.node.children.size > 0) throw new StorageFault('not-empty', path);
    this.#unlink(place);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = findPlace(this.#root, from);
    const target = findPlace(this.#root, to);
    if (source.node === undefined) throw new StorageFault('not-found', from);
    if (source.node === target.node) return;
    if (target.node !== undefined && this.#listed('', target.node).type === 'directory') {
      throw new StorageFault('exists', to);
    }
    if (source.node.type === 'directory') {
      const { node, above } = find(this.#root, splitPath(to).directory);
      if ([...above, node].includes(source.node))
        throw new StorageFault('unsupported', 'a directory cannot move into itself');
      if (target.node !== undefined) throw new StorageFault('not-a-directory', to);
    }
    if (target.node !== undefined) this.#unlink(target);
    source.parent.children.delete(source.name);
    source.parent.modified = this.#now();
    this.#add(target, source.node);
  }

  async setTimes(path: string, times: { readonly modified?: Date; readonly created?: Date }): Promise<void> {
    const { node } = find(this.#root, path);
    node.modified = times.modified ?? node.modified;
    node.created = times.created ?? node.created;
  }

  async setMode(path: string, mode: number): Promise<void> {
    find(this.#root, path).node.mode = mode & SETTABLE_MODE;
  }

  async makeLink(path: string, target: string): Promise<void> {
    const aim = linkTarget(splitPath(path).directory, target);
    find(this.#root, aim);
    const place = freePlace(findPlace(this.#root, path));
    this.#add(place, { ...this.#newNode(0o777), type: 'link', target: aim });
  }

  async space(path: string): Promise<{ readonly available: number }> {
    find(this.#root, path);
    return { available: this.#capacity - this.#used };
  }

  async totalSize(path: string, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    let total = 0;
    const left: MemoryDirectory[] = [findDirectory(this.#root, path)];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      for (const child of next.children.values()) {
        if (child.type === 'directory') left.push(child);
        else if (child.type === 'file') total += child.bytes.length;
      }
    }
    return total;
  }

  async realPath(path: string): Promise<string> {
    return find(this.#root, path).real;
  }

  #seed(key: string, content: string | Uint8Array): void {
    const names = key.split('/').filter((name) => name !== '');
    const file = key.endsWith('/') ? undefined : names.pop();
    let directory = this.#root;
    for (const name of names) {
      const child = directory.children.get(name) ?? this.#newDirectory();
      if (child.type !== 'directory') throw new StorageFault('not-a-directory', key);
      directory.children.set(name, child);
      directory = child;
    }
    if (file === undefined) return;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const node = this.#newFile();
    this.#add(freePlace({ parent: directory, name: file, node: directory.children.get(file) }), node);
    this.#write(node, 0, [bytes]);
  }

  /** A link as what it points to; as itself when that is nowhere. */
  #listed(name: string, node: MemoryNode): Entry {
    if (node.type !== 'link') return entryOf(name, node);
    try {
      return { ...entryOf(name, find(this.#root, node.target).node), target: node.target };
    } catch {
      // Dangling or in a circle.
      return entryOf(name, node);
    }
  }

  #openOrCreate(path: string, kind: 'replace' | 'create' | 'append'): MemoryFile {
    if (path === '/') throw new StorageFault(kind === 'create' ? 'exists' : 'is-a-directory', path);
    const place = findPlace(this.#root, path);
    if (place.node === undefined) {
      const file = this.#newFile();
      this.#add(place, file);
      return file;
    }
    if (kind === 'create') throw new StorageFault('exists', path);
    return findFile(this.#root, path);
  }

  /** Writes from `position` on; at the end of the file without one. */
  #writer(file: MemoryFile, position: number | undefined, truncate: boolean): WriteHandle {
    let at = position;
    let whole = truncate;
    return {
      write: async (chunks) => {
        if (whole) this.#truncate(file, position ?? 0);
        whole = false;
        const end = this.#write(file, at ?? file.bytes.length, chunks);
        if (at !== undefined) at = end;
      },
      async close() {},
    };
  }

  #write(file: MemoryFile, position: number, chunks: readonly Uint8Array[]): number {
    let at = position;
    for (const chunk of chunks) {
      const growth = Math.max(0, at + chunk.length - file.bytes.length);
      if (file.named && growth > this.#capacity - this.#used) throw new StorageFault('full', 'the capacity is used up');
      file.bytes.write(at, chunk);
      if (file.named) this.#used += growth;
      at += chunk.length;
    }
    file.modified = this.#now();
    return at;
  }

  #truncate(file: MemoryFile, length: number): void {
    if (file.named) this.#used -= file.bytes.length - length;
    file.bytes.truncate(length);
    file.modified = this.#now();
  }

  #add({ parent, name }: Place, node: MemoryNode): void {
    parent.children.set(name, node);
    parent.modified = this.#now();
  }

  #unlink({ parent, name, node }: Place): void {
    parent.children.delete(name);
    parent.modified = this.#now();
    if (node?.type !== 'file') return;
    this.#used -= node.bytes.length;
    node.named = false;
  }

  #newNode(mode: number): { id: number; created: Date; modified: Date; mode: number } {
    ids++;
    const now = this.#now();
    return { id: ids, created: now, modified: now, mode };
  }

  #newFile(): MemoryFile {
    return { ...this.#newNode(0o644), type: 'file', bytes: new MemoryBytes(), named: true };
  }

  #newDirectory(): MemoryDirectory {
    return { ...this.#newNode(0o755), type: 'directory', children: new Map() };
  }
}

function freePlace(place: Place): Place {
  if (place.node !== undefined) throw new StorageFault('exists', place.name);
  return place;
}

function entryOf(name: string, node: MemoryNode): Entry {
  const { type, modified, created, mode } = node;
  const common = {
    name,
    type,
    modified,
    created,
    mode,
    owner: 'ftp',
    group: 'ftp',
    links: 1,
    unique: node.id.toString(16),
  };
  const entry = { ...common, size: node.type === 'file' ? node.bytes.length : 0 };
  return node.type === 'link' ? { ...entry, target: node.target } : entry;
}
