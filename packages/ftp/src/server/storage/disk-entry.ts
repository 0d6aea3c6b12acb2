import { constants, readFileSync } from 'node:fs';
import type { Entry, EntryType } from './contract.js';
import type { EntryAttributes } from './disk-attributes.js';

const MODE_BITS = 0o7777;
/** A passwd or group file larger than this names nobody: owners then appear as numbers. */
const MAX_NAMES_LENGTH = 1024 * 1024;

/** The user and group names of this machine, by number. */
export interface Owners {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** Reads the names once. They are decoration, so a machine without these files has none. */
export function readOwners(): Owners {
  return { users: readNames('/etc/passwd'), groups: readNames('/etc/group') };
}

function readNames(file: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of readSmall(file).split('\n')) {
    const [name, , id] = line.split(':');
    if (name === undefined || !/^[\w.-]+$/.test(name) || id === undefined || !/^\d+$/.test(id)) continue;
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

function readSmall(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > MAX_NAMES_LENGTH ? '' : text;
  } catch {
    // Not every system has the file.
    return '';
  }
}

function typeOf(mode: number): EntryType {
  const type = mode & constants.S_IFMT;
  if (type === constants.S_IFREG) return 'file';
  if (type === constants.S_IFDIR) return 'directory';
  return type === constants.S_IFLNK ? 'link' : 'other';
}

/** What a name on disk stands for, by its attributes. */
export class DiskEntry implements Entry {
  readonly name: string;
  readonly type: EntryType;
  readonly size: number;
  readonly modified: Date;
  /** Absent where the file system does not keep it, and says zero. */
  readonly created?: Date;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly links: number;
  target?: string;
  readonly #device: number | bigint;
  readonly #inode: number | bigint;

  constructor(name: string, stats: EntryAttributes, owners: Owners, target?: string) {
    const uid = Number(stats.uid);
    const gid = Number(stats.gid);
    const created = Number(stats.birthtimeMs);
    this.name = name;
    const mode = Number(stats.mode);
    this.type = typeOf(mode);
    this.size = this.type === 'file' ? Number(stats.size) : 0;
    this.modified = new Date(Math.floor(Number(stats.mtimeMs)));
    if (created > 0) this.created = new Date(Math.floor(created));
    this.mode = mode & MODE_BITS;
    this.owner = owners.users.get(uid) ?? String(uid);
    this.group = owners.groups.get(gid) ?? String(gid);
    this.links = Number(stats.nlink);
    if (target !== undefined) this.target = target;
    this.#device = stats.dev;
    this.#inode = stats.ino;
  }

  /** Made when it is asked for: LIST never does. */
  get unique(): string {
    return `${this.#device.toString(16)}g${this.#inode.toString(16)}`;
  }
}
