import { lstatSync, statSync, type BigIntStats, type Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { DirectAttributes } from '../../connection/index.js';

/** Attributes of a file. Numbers are read several times faster, but inode numbers of some file systems do not fit one. */
export type Attributes = Stats | BigIntStats;
/** Those that an entry of a listing shows. */
export type EntryAttributes = Attributes | DirectAttributes;

const NUMBERS = { bigint: false, throwIfNoEntry: false } as const;
const BIGINTS = { bigint: true, throwIfNoEntry: false } as const;

/** Links followed. */
export function attributesOf(path: string | Buffer): Attributes {
  const stats = statSync(path);
  return fits(stats) ? stats : statSync(path, { bigint: true });
}

/** Links not followed; undefined where there is nothing. */
export function ownAttributes(path: string | Buffer): Attributes | undefined {
  const stats = lstatSync(path, NUMBERS);
  return stats === undefined || fits(stats) ? stats : lstatSync(path, BIGINTS);
}

/** The same in a thread; rejects where there is nothing. */
export async function ownAttributesLater(path: string | Buffer): Promise<Attributes> {
  const stats = await lstat(path);
  return fits(stats) ? stats : lstat(path, { bigint: true });
}

function fits(stats: Stats): boolean {
  return stats.ino <= Number.MAX_SAFE_INTEGER;
}
