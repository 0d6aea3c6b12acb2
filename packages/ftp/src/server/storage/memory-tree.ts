import { StorageFault } from './contract.js';
import type { MemoryBytes } from './memory-bytes.js';
import { checkPath, splitPath } from './storage-path.js';

/** Links followed on one path, as on Linux. */
const MAX_LINKS = 40;

interface NodeBase {
  readonly id: number;
  created: Date;
  modified: Date;
  mode: number;
}

export interface MemoryFile extends NodeBase {
  readonly type: 'file';
  readonly bytes: MemoryBytes;
  /** False once its name is gone: its octets no longer count. */
  named: boolean;
}

export interface MemoryDirectory extends NodeBase {
  readonly type: 'directory';
  readonly children: Map<string, MemoryNode>;
}

export interface MemoryLink extends NodeBase {
  readonly type: 'link';
  /** A path of this storage. */
  readonly target: string;
}

export type MemoryNode = MemoryFile | MemoryDirectory | MemoryLink;

/** Where a path led: the node, the directories it is in, the root first, and the path without links. */
export interface Found {
  readonly node: MemoryFile | MemoryDirectory;
  readonly above: readonly MemoryDirectory[];
  readonly real: string;
}

/** Follows `path` and every link on it. Throws `not-found`, `not-a-directory` and `too-many-links`. */
export function find(root: MemoryDirectory, path: string): Found {
  checkPath(path);
  const left = components(path);
  let above: MemoryDirectory[] = [];
  let real = '';
  let node: MemoryFile | MemoryDirectory = root;
  let links = 0;
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (node.type === 'file') throw new StorageFault('not-a-directory', path);
    const child = node.children.get(name);
    if (child === undefined) throw new StorageFault('not-found', path);
    if (child.type !== 'link') {
      above.push(node);
      real += `/${name}`;
      node = child;
      continue;
    }
    links++;
    if (links > MAX_LINKS) throw new StorageFault('too-many-links', path);
    left.push(...components(child.target));
    above = [];
    real = '';
    node = root;
  }
  return { node, above, real: real || '/' };
}

/** The directory at `path`. */
export function findDirectory(root: MemoryDirectory, path: string): MemoryDirectory {
  const { node } = find(root, path);
  if (node.type === 'file') throw new StorageFault('not-a-directory', path);
  return node;
}

/** The file at `path`. */
export function findFile(root: MemoryDirectory, path: string): MemoryFile {
  const { node } = find(root, path);
  if (node.type === 'directory') throw new StorageFault('is-a-directory', path);
  return node;
}

/** A name in its directory; `node` is what has it, a link not followed. */
export interface Place {
  readonly parent: MemoryDirectory;
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

export function findPlace(root: MemoryDirectory, path: string): Place {
  const { directory, name } = splitPath(path);
  const parent = findDirectory(root, directory);
  return { parent, name, node: parent.children.get(name) };
}

/** The last component first. */
function components(path: string): string[] {
  return path
    .split('/')
    .filter((component) => component !== '')
    .toReversed();
}
