import type { RemoteEntry } from '@twinport/ftp/client';

export const SORT_KEYS = ['name', 'size', 'time', 'none'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

const byName = (a: RemoteEntry, b: RemoteEntry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const COMPARE: Readonly<Record<Exclude<SortKey, 'none'>, (a: RemoteEntry, b: RemoteEntry) => number>> = {
  name: byName,
  size: (a, b) => (b.size ?? -1) - (a.size ?? -1) || byName(a, b),
  time: (a, b) => (b.modified?.at.getTime() ?? -Infinity) - (a.modified?.at.getTime() ?? -Infinity) || byName(a, b),
};

/** By code units, so that the order is the same on every machine; largest and newest first; `none` is the server's order. */
export function sortEntries(entries: readonly RemoteEntry[], key: SortKey, reverse: boolean): RemoteEntry[] {
  const sorted = key === 'none' ? [...entries] : entries.toSorted(COMPARE[key]);
  return reverse ? sorted.toReversed() : sorted;
}
