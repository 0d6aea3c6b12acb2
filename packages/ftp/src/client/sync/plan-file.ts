import { compareFiles } from './compare.js';
import type { SyncAction, SyncSeen } from './contract.js';
import { unlessFatal } from './failures.js';
import type { Planning } from './planning.js';
import type { Side } from './side.js';
import { isCoarse, timesMayBeEqual } from './times.js';

/** Decides what is to become of a file, and asks either side where its listing does not tell. */
export async function planFile(
  planning: Planning,
  path: string,
  source: SyncSeen,
  target: SyncSeen | undefined,
): Promise<void> {
  const { settings, draft } = planning;
  const synced = planning.synced(path);
  const verdict = compareFiles(settings.compare, source, target, { synced });
  if (target === undefined || verdict === 'missing') return transfer(planning, path, 'missing', source, undefined);
  if (verdict === 'ask-facts') return planning.gate.run(() => ask(planning, path, source, target));
  if (verdict === 'ask-hash') return planning.gate.run(() => askHash(planning, path, source, target));
  if (verdict === 'same') draft.unchanged++;
  else transfer(planning, path, verdict, source, target);
}

type Transfer = Extract<SyncAction, { do: 'transfer' }>;

function transfer(
  planning: Planning,
  path: string,
  why: Transfer['why'],
  source: SyncSeen,
  target: SyncSeen | undefined,
): void {
  const { draft, settings } = planning;
  const isBeginning = target !== undefined && (target.size ?? 0) > 0 && (target.size ?? 0) < (source.size ?? 0);
  draft.actions.push({
    do: 'transfer',
    path,
    why,
    source,
    ...(target === undefined ? {} : { replaces: target }),
    ...(isBeginning && !settings.atomic && planning.wasStarted(path, source) ? { resume: true } : {}),
  });
}

async function ask(planning: Planning, path: string, source: SyncSeen, target: SyncSeen): Promise<void> {
  const { settings, draft, from, to } = planning;
  const known = await exactly(planning, 'from', from, path, source);
  const replaced = known && (await exactly(planning, 'to', to, path, target));
  if (known === undefined || replaced === undefined) return;
  const verdict = compareFiles(settings.compare, known, replaced, { synced: planning.synced(path), asked: true });
  if (verdict === 'same') draft.unchanged++;
  else if (verdict === 'ask-hash') await askHash(planning, path, known, replaced);
  else if (verdict !== 'ask-facts') transfer(planning, path, verdict, known, replaced);
}

/** What is known of a file and what its side says when it is asked for just this one; undefined where that failed, which is noted. */
async function exactly(
  { mute, draft, settings }: Planning,
  name: 'from' | 'to',
  side: Side,
  path: string,
  listed: SyncSeen,
): Promise<SyncSeen | undefined> {
  if (isExact(listed) || mute.has(side)) return listed;
  try {
    const asked = await side.stat(path);
    if (asked?.type !== 'file') {
      draft.skip(path, 'changed', 'It is no longer the file that the listing showed');
      return undefined;
    }
    if (!isExact(asked)) mute.add(side);
    return { ...listed, ...asked };
  } catch (error) {
    const failure = unlessFatal(error, path, settings.signal);
    if (failure.code !== 'UNSUPPORTED') {
      draft.fail(path, name, failure);
      return undefined;
    }
    mute.add(side);
    return listed;
  }
}

function isExact(seen: SyncSeen): boolean {
  return seen.size !== undefined && seen.modified !== undefined && !isCoarse(seen.modified);
}

async function askHash(planning: Planning, path: string, source: SyncSeen, target: SyncSeen): Promise<void> {
  const { from, to, draft, settings } = planning;
  let side: 'from' | 'to' = 'from';
  try {
    // A server chooses the algorithm, if there is one: a local file can be hashed with any.
    const [first, second]: [Side, Side] = from.isLocal ? [to, from] : [from, to];
    side = first === from ? 'from' : 'to';
    const one = await first.hash(path);
    side = first === from ? 'to' : 'from';
    const other = await second.hash(path, one.algorithm);
    if (one.hex !== other.hex) transfer(planning, path, 'hash', source, target);
    else if (!setsTime(planning, source, target)) draft.unchanged++;
    else draft.actions.push({ do: 'set-time', path, modified: source.modified.at, seen: target });
  } catch (error) {
    draft.fail(path, side, unlessFatal(error, path, settings.signal));
  }
}

/** Whether the target's time is known to be another than the source's, and can be set. */
function setsTime(
  { settings, keepsTimes }: Planning,
  source: SyncSeen,
  target: SyncSeen,
): source is SyncSeen & { modified: NonNullable<SyncSeen['modified']> } {
  if (!settings.preserveTime || !keepsTimes || source.modified === undefined || target.modified === undefined)
    return false;
  if (isCoarse(source.modified)) return false;
  return !timesMayBeEqual(source.modified, target.modified);
}
