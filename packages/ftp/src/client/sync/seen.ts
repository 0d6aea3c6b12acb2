import type { Stats } from 'node:fs';
import type { ListedEntry } from '../../protocol/index.js';
import type { SyncSeen, SyncTime } from './contract.js';
import { timesOfOneSideMayBeEqual } from './times.js';

/** What of a listed entry matters here. */
export function seenOfListed(entry: ListedEntry): SyncSeen {
  return {
    type: entry.type,
    ...(entry.size === undefined || entry.type !== 'file' ? {} : { size: entry.size }),
    ...(entry.modified === undefined ? {} : { modified: { ...entry.modified, at: entry.modified.at.toISOString() } }),
    ...(entry.unique === undefined ? {} : { unique: entry.unique }),
    ...(entry.target === undefined ? {} : { target: entry.target }),
  };
}

export function seenOfStats(stats: Stats, target?: string): SyncSeen {
  const modified: SyncTime = { at: stats.mtime.toISOString(), precision: 'millisecond', zone: 'utc' };
  const unique = `${stats.dev}:${stats.ino}`;
  if (stats.isFile()) return { type: 'file', size: stats.size, modified, unique };
  if (stats.isDirectory()) return { type: 'directory', modified, unique };
  if (stats.isSymbolicLink()) return { type: 'link', modified, unique, ...(target === undefined ? {} : { target }) };
  return { type: 'other', modified, unique };
}

/** Whether two looks at one place can have seen the same thing, as far as both say. */
export function isSameSeen(before: SyncSeen, now: SyncSeen): boolean {
  if (before.type !== now.type) return false;
  if (before.type === 'directory') return true;
  return (
    isSameOrUnknown(before.size, now.size) &&
    isSameOrUnknown(before.unique, now.unique) &&
    isSameOrUnknown(before.target, now.target) &&
    (before.modified === undefined ||
      now.modified === undefined ||
      timesOfOneSideMayBeEqual(before.modified, now.modified))
  );
}

function isSameOrUnknown<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
