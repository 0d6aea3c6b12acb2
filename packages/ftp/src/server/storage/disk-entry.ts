import { readFileSync, type BigIntStats } from 'node:fs';
import type { Entry, EntryType } from './contract.js';

const MODE_BITS = 0o7777;
/** A passwd or group file larger than this names nobody: owners then appear as numbers. */
const MAX_NAMES_LENGTH = 1024 * 1024;

/** The user and group names of this machine, by number. */
export interface Owners {
  readonly users: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
}

/** Reads the names once. They are decoration, so a machine without these files has none. */
export function readOwners(): Owners {
  return { users: readNames('/etc/passwd'), groups: readNames('/etc/group') };
}

function readNames(file: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of readSmall(file).split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && /^[\w.-]+$/.test(name) && id !== undefined && !names.has(id)) names.set(id, name);
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

function typeOf(stats: BigIntStats): EntryType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** The entry `name` with these attributes. They are 64-bit: inode numbers of some file systems do not fit a number. */
export function diskEntry(name: string, stats: BigIntStats, owners: Owners, target?: string): Entry {
  const type = typeOf(stats);
  const uid = stats.uid.toString();
  const gid = stats.gid.toString();
  const entry = {
    name,
    type,
    size: type === 'file' ? Number(stats.size) : 0,
    modified: new Date(Number(stats.mtimeMs)),
    mode: Number(stats.mode) & MODE_BITS,
    owner: owners.users.get(uid) ?? uid,
    group: owners.groups.get(gid) ?? gid,
    links: Number(stats.nlink),
    unique: `${stats.dev.toString(16)}g${stats.ino.toString(16)}`,
    // Zero where the file system does not keep it.
    ...(stats.birthtimeMs > 0n ? { created: new Date(Number(stats.birthtimeMs)) } : undefined),
  };
  return target === undefined ? entry : { ...entry, target };
}
