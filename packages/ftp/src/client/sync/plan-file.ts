import { type SyncVerdict, compareFiles } from './compare.js';
import type { SyncSeen } from './contract.js';
import { unlessFatal } from './failures.js';
import type { Planning } from './planning.js';
import type { Side } from './side.js';
import { isCoarse, timesMayBeEqual } from './times.js';

/** A file of the source and what the target has of it. */
export interface FilePair {
  readonly path: string;
  readonly source: SyncSeen;
  readonly target: SyncSeen | undefined;
  /** Where an upload that was broken off would be: in the target's place, or beside it. */
  readonly begun: SyncSeen | undefined;
}

/** Decides what is to become of a file, and asks either side where its listing does not tell. */
export async function planFile(planning: Planning, pair: FilePair): Promise<void> {
  const { gate } = planning;
  const verdict = firstVerdict(planning, pair);
  const { target } = pair;
  if (target !== undefined && verdict === 'ask-facts') return gate.run(() => ask(planning, { ...pair, target }));
  if (target !== undefined && verdict === 'ask-hash') return gate.run(() => askHash(planning, { ...pair, target }));
  decided(planning, pair, verdict);
}

/** What the listings say, with the zones that are known by now. */
function firstVerdict({ settings, clocks, synced }: Planning, { path, source, target }: FilePair): SyncVerdict {
  const here = target ? clocks.from.align(source, target) : source;
  const there = target && clocks.to.align(target, source);
  return compareFiles(settings.compare, here, there, { synced: synced(path) });
}

/** A file that both sides have. */
interface BothFiles extends FilePair {
  readonly target: SyncSeen;
}

function decided({ draft, settings, wasStarted }: Planning, pair: FilePair, verdict: SyncVerdict): void {
  const { path, source, target, begun } = pair;
  if (verdict === 'same') draft.unchanged++;
  if (verdict === 'same' || verdict === 'ask-facts' || verdict === 'ask-hash') return;
  const isBeginning = begun?.type === 'file' && isLess(0, begun.size) && isLess(begun.size, source.size);
  // A client that is to go on finds a whole file in its place, if only by its size.
  const seemsWhole = settings.atomic && target !== undefined && target.size === source.size;
  draft.actions.push({
    do: 'transfer',
    path,
    why: verdict,
    source,
    ...(target === undefined ? {} : { replaces: target }),
    ...(isBeginning && !seemsWhole && wasStarted(path, source) ? { resume: true } : {}),
  });
}

function isLess(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && one < other;
}

async function ask(planning: Planning, pair: BothFiles): Promise<void> {
  const { settings, from, to } = planning;
  const { path } = pair;
  // While it waited for its turn, others may have told the zone.
  const meanwhile = firstVerdict(planning, pair);
  if (meanwhile !== 'ask-facts') return decided(planning, pair, meanwhile);
  const source = await exactly(planning, 'from', from, path, pair.source);
  const target = source && (await exactly(planning, 'to', to, path, pair.target));
  if (source === undefined || target === undefined) return;
  const exact = { ...pair, source, target };
  const verdict = compareFiles(settings.compare, source, target, { synced: planning.synced(path), asked: true });
  if (verdict === 'ask-hash') await askHash(planning, exact);
  else decided(planning, exact, verdict);
}

/** What is known of a file and what its side says when it is asked for just this one; undefined where that failed, which is noted. */
async function exactly(
  { mute, draft, settings, clocks }: Planning,
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
    clocks[name].learn(listed.modified, asked.modified);
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

async function askHash(planning: Planning, pair: BothFiles): Promise<void> {
  const { from, to, draft, settings } = planning;
  const { path, source, target } = pair;
  let side: 'from' | 'to' = 'from';
  try {
    // A server chooses the algorithm, if there is one: a local file can be hashed with any.
    const [first, second]: [Side, Side] = from.isLocal ? [to, from] : [from, to];
    side = first === from ? 'from' : 'to';
    const one = await first.hash(path);
    side = first === from ? 'to' : 'from';
    const other = await second.hash(path, one.algorithm);
    if (one.hex !== other.hex) decided(planning, pair, 'hash');
    else if (!setsTime(planning, source, target)) decided(planning, pair, 'same');
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
