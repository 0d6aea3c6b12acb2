import { descend, leadsBack } from './ancestors.js';
import type { SyncSeen } from './contract.js';
import { unlessFatal } from './failures.js';
import { below, depthOf, atomicName, isAtomicName, isPartialName, partialName, staysInside } from './names.js';
import { TargetNames, collisionsOf } from './pair-names.js';
import { deletionsOf } from './plan-deletions.js';
import { planFile } from './plan-file.js';
import type { Ancestor, Planning } from './planning.js';

/** A folder of the source, and whether the target has it. */
export interface FolderPair {
  readonly path: string;
  readonly onTarget: boolean;
  readonly source: Ancestor;
  readonly target: Ancestor;
}

type Entries = ReadonlyMap<string, SyncSeen>;
const NOTHING: Entries = new Map();

/** Compares a folder and all below it. The listings of both sides come at the same time. */
export async function planFolder(planning: Planning, pair: FolderPair): Promise<void> {
  const lists = await planning.gate.run(() => listBoth(planning, pair));
  if (lists === undefined) return;
  const folders = await planEntries(planning, pair, ...lists);
  planning.settings.onEvent({ type: 'folder', path: pair.path, entries: lists[0].size });
  await Promise.all(folders.map((folder) => planFolder(planning, folder)));
}

/** Undefined where one could not be had: then nothing is known of what is missing on either side, so nothing is done. */
async function listBoth(planning: Planning, { path, onTarget }: FolderPair): Promise<[Entries, Entries] | undefined> {
  const { from, to, draft, settings } = planning;
  settings.signal?.throwIfAborted();
  const [source, target] = await Promise.allSettled([from.list(path), onTarget ? to.list(path) : NOTHING]);
  for (const [side, outcome] of [['from', source] as const, ['to', target] as const]) {
    if (outcome.status === 'fulfilled') continue;
    if (path === '') throw outcome.reason;
    draft.fail(path, side, unlessFatal(outcome.reason, path, settings.signal));
  }
  if (source.status === 'rejected' || target.status === 'rejected') return undefined;
  draft.targetEntries += target.value.size;
  return [source.value, target.value];
}

/** Resolves with the folders to go into. */
async function planEntries(
  planning: Planning,
  pair: FolderPair,
  sources: Entries,
  targets: Entries,
): Promise<FolderPair[]> {
  const { folds, settings, draft } = planning;
  const names = new TargetNames(targets, folds);
  const included: [string, SyncSeen][] = [];
  for (const [name, seen] of sources) {
    if (isPartialName(name)) continue;
    if (settings.includes(below(pair.path, name), seen.type === 'directory')) included.push([name, seen]);
    else {
      draft.excluded++;
      if (!settings.deleteExcluded) names.claim(name);
    }
  }
  draft.sourceEntries += included.length;
  const collisions = folds
    ? collisionsOf(included.map(([name]) => name).toSorted(), targets)
    : new Map<string, string>();
  const folders = await Promise.all(
    included.map(async ([name, seen]) => {
      const entry = new EntryPlan(planning, pair, name, names.claim(name), begunOf(planning, name, targets));
      const winner = collisions.get(name);
      if (winner === undefined) return entry.plan(seen);
      draft.skip(entry.path, 'collision', `On the target it would be the same as ${winner}`);
      return undefined;
    }),
  );
  if (settings.delete) await planDeletions(planning, pair, included, names);
  return folders.filter((folder) => folder !== undefined);
}

async function planDeletions(
  planning: Planning,
  { path, target }: FolderPair,
  sources: readonly [string, SyncSeen][],
  names: TargetNames,
): Promise<void> {
  const extra = [...names.unclaimed()];
  const isNeeded = new Set(
    extra.some(isLeftOver) ? sources.flatMap(([name, seen]) => leftOversOf(planning, name, seen)) : [],
  );
  const gone = extra.filter(([name]) => !isNeeded.has(name));
  const parts = await Promise.all(gone.map(([name, seen]) => deletionsOf(planning, below(path, name), seen, target)));
  for (const { actions } of parts) planning.draft.actions.push(...actions);
}

/** Where an upload that was broken off would have left its beginning. */
function begunOf({ settings }: Planning, name: string, targets: Entries): SyncSeen | undefined {
  return targets.get(settings.atomic ? atomicName(name) : name);
}

function isLeftOver([name]: readonly [string, SyncSeen]): boolean {
  return isPartialName(name) || isAtomicName(name);
}

/** What transfers of a file leave when they are broken off: the next transfer of it uses it up. */
function leftOversOf({ settings }: Planning, name: string, seen: SyncSeen): string[] {
  return settings.atomic ? [partialName(name, seen), atomicName(name)] : [partialName(name, seen)];
}

/** One entry of the source. */
class EntryPlan {
  readonly path: string;
  readonly #planning: Planning;
  readonly #pair: FolderPair;
  readonly #name: string;
  readonly #target: SyncSeen | undefined;
  readonly #begun: SyncSeen | undefined;

  constructor(
    planning: Planning,
    pair: FolderPair,
    name: string,
    target: SyncSeen | undefined,
    begun: SyncSeen | undefined,
  ) {
    this.#begun = begun;
    this.path = below(pair.path, name);
    this.#planning = planning;
    this.#pair = pair;
    this.#name = name;
    this.#target = target;
  }

  /** Resolves with the folder to go into, where it is one. */
  async plan(seen: SyncSeen): Promise<FolderPair | undefined> {
    const fault = this.#planning.to.nameFault(this.#pair.path, this.#name);
    if (fault !== undefined) return this.#skip('unsafe-name', `The target cannot hold this name: ${fault}`);
    switch (seen.type) {
      case 'directory':
        return this.#directory(seen, undefined);
      case 'file':
        return this.#file(seen);
      case 'link':
        return this.#link(seen);
      case 'other':
        return this.#skip('type', 'It is neither a file nor a folder nor a link');
    }
  }

  async #directory(seen: SyncSeen, link: SyncSeen | undefined): Promise<FolderPair | undefined> {
    const { draft, settings } = this.#planning;
    const source = descend(this.#pair.source, this.#name, seen, link);
    if (leadsBack(source, link)) return this.#skip('loop', 'It leads back to a folder above it, or may do so');
    if (depthOf(this.path) > settings.maxDepth) {
      return this.#skip('too-deep', `It is more than ${settings.maxDepth} levels down`);
    }
    if (!(await this.#clearTheWay('directory'))) return undefined;
    const onTarget = this.#target?.type === 'directory';
    if (!onTarget) draft.actions.push({ do: 'make-directory', path: this.path });
    else draft.keep(this.#target);
    const target = descend(this.#pair.target, this.#name, this.#target ?? { type: 'directory' }, undefined);
    return { path: this.path, onTarget, source, target };
  }

  async #file(seen: SyncSeen): Promise<undefined> {
    if (!(await this.#clearTheWay('file'))) return;
    const target = this.#target?.type === 'file' ? this.#target : undefined;
    await planFile(this.#planning, { path: this.path, source: seen, target, begun: this.#begun });
  }

  async #link(seen: SyncSeen): Promise<FolderPair | undefined> {
    const { links } = this.#planning.settings;
    if (links === 'skip') return this.#skip('link', 'Links are not copied');
    return links === 'follow' ? this.#followLink(seen) : this.#copyLink(seen);
  }

  async #followLink(link: SyncSeen): Promise<FolderPair | undefined> {
    const { gate, from, draft, settings } = this.#planning;
    try {
      const seen = await gate.run(() => from.follow(this.path));
      if (seen === undefined || seen.type === 'link') return this.#skip('link', 'What it leads to cannot be found');
      if (seen.type === 'file') return await this.#file(seen);
      if (seen.type !== 'directory') return this.#skip('type', 'It leads to what is neither file nor folder');
      if (settings.includes(this.path, true)) return await this.#directory(seen, link);
      draft.excluded++;
    } catch (error) {
      draft.fail(this.path, 'from', unlessFatal(error, this.path, settings.signal));
    }
    return undefined;
  }

  async #copyLink({ target }: SyncSeen): Promise<undefined> {
    const { makesLinks, draft } = this.#planning;
    if (!makesLinks) return this.#skip('unsupported', 'FTP cannot make links');
    if (target === undefined) return this.#skip('link', 'The server does not say where it leads');
    if (!staysInside(target, depthOf(this.#pair.path))) {
      return this.#skip('link-outside', `It would lead, or could lead, out of the target: ${target}`);
    }
    if (this.#target?.type === 'link' && this.#target.target === target) draft.unchanged++;
    else if (await this.#clearTheWay('link')) {
      const replaces = this.#target?.type === 'link' ? { replaces: this.#target } : {};
      draft.actions.push({ do: 'link', path: this.path, target, ...replaces });
    }
  }

  /** Whether the place on the target is free, or has something of this type, or will be freed by deletions that are planned here. */
  async #clearTheWay(type: SyncSeen['type']): Promise<boolean> {
    const { draft, settings } = this.#planning;
    const seen = this.#target;
    if (seen === undefined || seen.type === type) return true;
    if (settings.delete && seen.type !== 'other') {
      const { actions, isWhole } = await deletionsOf(this.#planning, this.path, seen, this.#pair.target);
      if (isWhole) {
        draft.actions.push(...actions.map((action) => ({ ...action, first: true as const })));
        return true;
      }
    }
    draft.skip(this.path, 'conflict', `The target has a ${seen.type} in the place of this ${type}`);
    return false;
  }

  #skip(...[reason, detail]: [Parameters<Planning['draft']['skip']>[1], string]): undefined {
    this.#planning.draft.skip(this.path, reason, detail);
  }
}
