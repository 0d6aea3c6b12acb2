import { FtpError, type SyncAction, type SyncOptions, type SyncPlan, type SyncSide, sync } from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import type { CommandRun } from './command-run.js';
import type { CopyItem } from './copy-items.js';
import { type Place, inside, placeName } from './place.js';
import type { Board } from './progress/board.js';
import { DEFAULT_PARALLEL } from './shared-flags.js';
import { reportSkips, watchSync } from './sync-report.js';
import { type TransferFlags, ifExistsOf } from './transfer-flags.js';

/** How much of what was asked for has been done. */
export interface Copied {
  readonly extent: 'whole' | 'part' | 'nothing';
  /** Of a folder that has been copied whole. */
  readonly tree?: CopiedTree;
}

export interface CopiedTree {
  readonly plan: SyncPlan;
  /** That were looked into, relative to the root. */
  readonly folders: ReadonlySet<string>;
}

/** Copies a folder, as a synchronisation that copies every file. Without a board it only tells what it would do. */
export async function copyTree(
  run: CommandRun,
  board: Board | undefined,
  item: CopyItem,
  flags: TransferFlags,
): Promise<Copied> {
  const dryRun = board === undefined;
  const watch = watchSync(run, board, {
    from: placeName(item.source),
    to: placeName(item.target),
    dryRun,
    results: 'files',
  });
  const folders = new Set<string>();
  const job = sync(sideOf(item.source), sideOf(item.target), {
    ...treeOptions(flags),
    signal: run.signal,
    dryRun,
    onEvent: (event) => {
      if (event.type === 'folder') folders.add(event.path);
      watch.onEvent(event);
    },
  });
  const whole = await job.plan();
  const plan = allowedBy(flags, whole, item.target);
  watch.expect(plan);
  if (!dryRun && flags.parents) await makeParents(item.target, run.signal);
  const result = await job.run(plan);
  await watch.settled();
  reportSkips(run, placeName(item.source), result.skipped, dryRun);
  for (const { path, error } of result.errors)
    await run.fail(error, placeName(path === '' ? item.source : inside(item.source, path)));
  if (result.stoppedBy) throw result.stoppedBy;
  if (result.complete && result.skipped.length === 0 && plan.actions.length === whole.actions.length)
    return { extent: 'whole', tree: { plan, folders } };
  const none = result.errors.length > 0 && result.transferred + result.directoriesMade + result.linksMade === 0;
  return { extent: none ? 'nothing' : 'part' };
}

export function sideOf(place: Place): SyncSide {
  if (place.kind === 'stdio') throw new UsageFault('stdin and stdout hold one file: a folder needs a path');
  return place.kind === 'local'
    ? { local: place.path }
    : { client: place.remote.client, path: place.remote.path === '' ? '.' : place.remote.path };
}

function treeOptions(flags: TransferFlags): SyncOptions {
  return {
    compare: 'always',
    links: flags.links ?? 'skip',
    preserveTime: flags.preserve ?? false,
    maxConcurrent: flags.parallel ?? DEFAULT_PARALLEL,
    ...(flags.verify && { verify: flags.verify }),
    ...(flags.atomic !== undefined && { atomic: flags.atomic }),
  };
}

type TransferAction = Extract<SyncAction, { do: 'transfer' }>;

/** The plan without what `--if-exists` says to leave alone, and with what it says to go on with. */
export function allowedBy(flags: TransferFlags, plan: SyncPlan, target: Place): SyncPlan {
  const mode = ifExistsOf(flags);
  if (mode === 'overwrite') return plan;
  const actions = plan.actions.flatMap((action) => {
    if (action.do !== 'transfer' || !action.replaces) return [action];
    if (mode === 'error') {
      const path = placeName(inside(target, action.path));
      throw new FtpError('EXISTS', `${path} is there already`, { path });
    }
    return amended(action, mode);
  });
  return { ...plan, actions };
}

function amended(action: TransferAction, mode: 'skip' | 'resume' | 'newer'): TransferAction[] {
  const { source, replaces } = action;
  switch (mode) {
    case 'skip':
      return [];
    case 'newer':
      return (source.modified?.at ?? '') > (replaces?.modified?.at ?? '') ? [action] : [];
    case 'resume': {
      if (source.size === undefined || replaces?.size === undefined) return [action];
      if (replaces.size === source.size) return [];
      return replaces.size < source.size ? [{ ...action, resume: true }] : [action];
    }
  }
}

async function makeParents(target: Place, signal: AbortSignal): Promise<void> {
  if (target.kind === 'remote')
    await target.remote.client.makeDirectory(target.remote.path, { recursive: true, signal });
}
