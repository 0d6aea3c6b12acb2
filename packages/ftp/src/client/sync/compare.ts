import type { SyncCompare, SyncReason, SyncSeen } from './contract.js';
import { isSameSeen } from './seen.js';
import { isNewer } from './times.js';

/** A file as a state file remembers it: how both sides were when it had been copied. */
export interface SyncedFile {
  readonly source: SyncSeen;
  readonly target: SyncSeen;
}

/** What is to become of a file: copied and why, left as it is, or not to be said before more is known of both sides. */
export type SyncVerdict = SyncReason | 'same' | 'ask-facts' | 'ask-hash';

/**
 * Compares a file of the source with what the target has in its place. `ask-facts`: a size or time is missing, or too coarse.
 * With `asked` there is no more to be learned, and what is unknown counts as equal: it never causes a copy.
 */
export function compareFiles(
  compare: SyncCompare,
  source: SyncSeen,
  target: SyncSeen | undefined,
  { synced, asked = false }: { readonly synced?: SyncedFile | undefined; readonly asked?: boolean } = {},
): SyncVerdict {
  if (target === undefined) return 'missing';
  if (compare === 'always') return 'always';
  const sizes = compareSizes(source, target);
  if (sizes === 'differ') return 'size';
  if (sizes === 'unknown' && !asked) return 'ask-facts';
  if (compare === 'size') return 'same';
  if (compare === 'hash') return 'ask-hash';
  if (synced !== undefined && isSameSeen(synced.target, target)) return isSource(synced, source) ? 'same' : 'newer';
  const newer = compareTimes(source, target);
  if (newer === 'unknown') return asked ? 'same' : 'ask-facts';
  return newer ? 'newer' : 'same';
}

function compareSizes(source: SyncSeen, target: SyncSeen): 'equal' | 'differ' | 'unknown' {
  if (source.size === undefined || target.size === undefined) return 'unknown';
  return source.size === target.size ? 'equal' : 'differ';
}

export function compareTimes(source: SyncSeen, target: SyncSeen): boolean | 'unknown' {
  if (source.modified === undefined || target.modified === undefined) return 'unknown';
  return isNewer(source.modified, target.modified);
}

/** Another file under the old name, with the old size and time, is taken for the same one: its identity says nothing of its content. */
function isSource(synced: SyncedFile, source: SyncSeen): boolean {
  const { unique: _unique, ...facts } = source;
  return isSameSeen(synced.source, facts);
}
