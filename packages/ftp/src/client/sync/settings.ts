import { DEFAULT_CLIENT_LIMITS } from '../limits.js';
import type { Verify } from '../contract.js';
import type { SyncCompare, SyncEvent, SyncLinks, SyncOptions } from './contract.js';
import { type SyncFilter, type SyncFilterTest, compileFilters } from './filters.js';
import { usageError } from '../usage-error.js';

const DEFAULT_MAX_DELETE = 100;
const DEFAULT_MAX_CONCURRENT = 4;
const PERCENTAGE = /^(\d+(?:\.\d+)?)%$/;

const COMPARES: readonly string[] = ['newer', 'size', 'hash', 'always'] satisfies SyncCompare[];
const LINKS: readonly string[] = ['skip', 'follow', 'copy'] satisfies SyncLinks[];

/** The options of a job, defaults filled in. */
export interface SyncSettings {
  readonly compare: SyncCompare;
  readonly state: string | undefined;
  readonly delete: boolean;
  readonly deleteExcluded: boolean;
  readonly maxDelete: number | `${number}%`;
  readonly filters: readonly SyncFilter[];
  readonly includes: SyncFilterTest;
  readonly links: SyncLinks;
  readonly preserveTime: boolean;
  readonly atomic: boolean;
  readonly verify: Verify;
  readonly dryRun: boolean;
  readonly maxConcurrent: number;
  readonly maxDepth: number;
  readonly stopOnError: boolean;
  readonly foldNames: boolean | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: SyncEvent) => void;
}

/** Throws USAGE on what cannot be meant. */
export function settingsOf(options: SyncOptions): SyncSettings {
  const { compare = 'newer', links = 'skip', filters = [], maxDelete = DEFAULT_MAX_DELETE } = options;
  if (!COMPARES.includes(compare)) throw usageError(`compare is one of ${COMPARES.join(', ')}`);
  if (!LINKS.includes(links)) throw usageError(`links is one of ${LINKS.join(', ')}`);
  if (maxDeletions(maxDelete, 0) === undefined)
    throw usageError('maxDelete is a whole number, or a percentage such as "5%"');
  const settings = {
    compare,
    links,
    filters,
    maxDelete,
    includes: compileFilters(filters),
    state: options.state,
    delete: options.delete ?? false,
    deleteExcluded: options.deleteExcluded ?? false,
    preserveTime: options.preserveTime ?? true,
    atomic: options.atomic ?? false,
    verify: options.verify ?? 'size',
    dryRun: options.dryRun ?? false,
    maxConcurrent: wholeNumber('maxConcurrent', options.maxConcurrent ?? DEFAULT_MAX_CONCURRENT),
    maxDepth: wholeNumber('maxDepth', options.maxDepth ?? DEFAULT_CLIENT_LIMITS.maxDepth),
    stopOnError: options.stopOnError ?? false,
    foldNames: options.foldNames,
    signal: options.signal,
    onEvent: options.onEvent ?? (() => {}),
  };
  if (settings.deleteExcluded && !settings.delete) throw usageError('deleteExcluded needs delete');
  return settings;
}

/** How many deletions `maxDelete` allows where the target has so many entries; undefined where it makes no sense. */
export function maxDeletions(maxDelete: number | string, targetEntries: number): number | undefined {
  if (typeof maxDelete === 'number') {
    return maxDelete === Number.POSITIVE_INFINITY || (Number.isInteger(maxDelete) && maxDelete >= 0)
      ? maxDelete
      : undefined;
  }
  const [, percent] = PERCENTAGE.exec(maxDelete) ?? [];
  return percent === undefined ? undefined : Math.floor((Number(percent) * targetEntries) / 100);
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw usageError(`${name} is a whole number from 1`);
  return value;
}
