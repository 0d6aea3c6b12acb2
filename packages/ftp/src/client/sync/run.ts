import type { TransferResult } from '../contract.js';
import { FtpError } from '../errors.js';
import type { SyncAction, SyncFailure, SyncPlan, SyncResult, SyncSeen, SyncSkip } from './contract.js';
import { stageOf } from './draft.js';
import { NotDone, expectSeen } from './expect.js';
import { localError } from '../fault-error.js';
import { aborted, endsRun } from './failures.js';
import { LocalSide } from './local-side.js';
import { foldName, folderOf } from './names.js';
import type { RemoteSide } from './remote-side.js';
import { seenAfterwards } from './seen-afterwards.js';
import type { SyncSettings } from './settings.js';
import type { SyncState } from './state.js';
import { type TransferAction, transferFile } from './transfer.js';

export interface RunSides {
  readonly from: LocalSide | RemoteSide;
  readonly to: LocalSide | RemoteSide;
}

/** One carrying out of a plan. */
export class Run {
  readonly #sides: RunSides;
  readonly #plan: SyncPlan;
  readonly #settings: SyncSettings;
  readonly #state: SyncState | undefined;
  readonly #began = performance.now();
  readonly #skipped: SyncSkip[] = [];
  readonly #errors: SyncFailure[] = [];
  /** Folders that this run has made: what is in them is its own. */
  readonly #made = new Set<string>();
  /** Folders that could not be made. */
  readonly #lost = new Set<string>();
  /** What was copied into folders of this run, folded: one of two names that differ by case may be in the way of the other after all. */
  readonly #fresh = new Set<string>();
  /** Copied, but how the target shows it is not known yet. */
  readonly #copied = new Map<string, SyncSeen>();
  readonly #counts = {
    transferred: 0,
    octets: 0,
    unchanged: 0,
    directoriesMade: 0,
    linksMade: 0,
    timesSet: 0,
    filesDeleted: 0,
    directoriesDeleted: 0,
  };
  #stoppedBy: FtpError | undefined;

  constructor(sides: RunSides, plan: SyncPlan, settings: SyncSettings, state: SyncState | undefined) {
    this.#sides = sides;
    this.#plan = plan;
    this.#settings = settings;
    this.#state = state;
  }

  async run(): Promise<SyncResult> {
    try {
      for (const stage of stagesOf(this.#plan.actions)) await this.#runStage(stage);
      if (!this.#settings.dryRun && this.#stoppedBy === undefined) await this.#rememberCopied();
    } finally {
      if (!this.#settings.dryRun) await this.#state?.save();
    }
    if (this.#settings.signal?.aborted === true) throw aborted(this.#settings.signal);
    return this.#result();
  }

  get #isStopped(): boolean {
    return this.#stoppedBy !== undefined || this.#settings.signal?.aborted === true;
  }

  async #runStage(stage: readonly SyncAction[]): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let action = stage[next++]; action !== undefined && !this.#isStopped; action = stage[next++]) {
        await this.#runAction(action);
      }
    };
    const workers = Array.from({ length: Math.min(this.#settings.maxConcurrent, stage.length) }, worker);
    await Promise.all(workers);
  }

  async #runAction(action: SyncAction): Promise<void> {
    const { onEvent, dryRun } = this.#settings;
    onEvent({ type: 'start', action });
    const outcome = await this.#attempt(action, dryRun);
    if (outcome instanceof NotDone) {
      const skip = { path: action.path, reason: outcome.reason, detail: outcome.message };
      this.#skipped.push(skip);
      onEvent({ type: 'skip', skip });
    } else if (outcome instanceof FtpError) {
      this.#fail(action, outcome);
      onEvent({ type: 'error', path: action.path, error: outcome });
    } else {
      this.#count(action, outcome);
      onEvent({ type: 'done', action, ...(outcome === undefined ? {} : { result: outcome }) });
    }
  }

  async #attempt(action: SyncAction, dryRun: boolean): Promise<TransferResult | NotDone | FtpError | undefined> {
    try {
      return dryRun ? undefined : await this.#perform(action);
    } catch (error) {
      return error instanceof NotDone ? error : localError(error, action.path);
    }
  }

  #fail(action: SyncAction, error: FtpError): void {
    if (action.do === 'make-directory') this.#lost.add(action.path);
    if (this.#settings.signal?.aborted === true) return;
    this.#errors.push({ path: action.path, error });
    if (this.#settings.stopOnError || endsRun(error)) this.#stoppedBy ??= error;
  }

  async #perform(action: SyncAction): Promise<TransferResult | undefined> {
    const { to } = this.#sides;
    this.#checkFolder(action.path);
    switch (action.do) {
      case 'make-directory':
        await this.#makeDirectory(action.path);
        return undefined;
      case 'transfer':
        return this.#transfer(action);
      case 'link':
        await this.#makeLink(action.path, action.target, action.replaces);
        return undefined;
      case 'set-time':
        await expectSeen(to, action.path, action.seen);
        await to.setModified(action.path, new Date(action.modified));
        return undefined;
      case 'delete-file':
        await expectSeen(to, action.path, action.seen);
        await to.removeFile(action.path);
        this.#state?.forget(action.path);
        return undefined;
      case 'delete-directory':
        await to.removeDirectory(action.path);
        return undefined;
    }
  }

  #checkFolder(path: string): void {
    if (this.#lost.size === 0 || path === '') return;
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      if (this.#lost.has(folder)) {
        this.#lost.add(path);
        throw new NotDone('no-folder', 'The folder it belongs in could not be made');
      }
      if (folder === '') return;
    }
  }

  async #makeDirectory(path: string): Promise<void> {
    const { to } = this.#sides;
    // To make the root is no error where it is there by now: then what is in it is not ours.
    const isThere =
      path === '' &&
      (await to.stat(path).then(
        (seen) => seen !== undefined,
        () => true,
      ));
    try {
      await to.makeDirectory(path);
      if (!isThere) this.#made.add(path);
    } catch (error) {
      // Somebody else has made it: that is as good.
      const seen = path === '' ? undefined : await to.stat(path).catch(() => undefined);
      if (seen?.type !== 'directory') throw error;
    }
  }

  async #transfer(action: TransferAction): Promise<TransferResult> {
    const { preserveTime, verify, atomic, signal, onEvent } = this.#settings;
    const { path, source } = action;
    const result = await transferFile({
      ...this.#sides,
      action,
      followLinks: this.#plan.options.links === 'follow',
      isFresh: this.#isFresh(path),
      options: { preserveTime, verify, atomic, ...(signal === undefined ? {} : { signal }) },
      onStart: () => this.#state?.start(path, source, { isInPlace: !atomic }),
      onProgress: (progress) => onEvent({ type: 'progress', path, progress }),
    });
    await this.#remember(path, source, result.size);
    return result;
  }

  #isFresh(path: string): boolean {
    if (!this.#made.has(folderOf(path))) return false;
    const folded = foldName(path);
    if (this.#fresh.has(folded)) return false;
    this.#fresh.add(folded);
    return true;
  }

  async #makeLink(path: string, target: string, replaces: SyncSeen | undefined): Promise<void> {
    const { to } = this.#sides;
    if (!(to instanceof LocalSide)) throw new NotDone('unsupported', 'FTP cannot make links');
    await expectSeen(to, path, replaces);
    if (replaces !== undefined) await to.removeFile(path);
    await to.makeLink(path, target);
  }

  async #remember(path: string, source: SyncSeen, size: number): Promise<void> {
    const { to } = this.#sides;
    if (this.#state === undefined) return;
    const target = to instanceof LocalSide ? await to.stat(path) : undefined;
    this.#state.finish(path, { source, target: target ?? { type: 'file', size } });
    if (target === undefined) this.#copied.set(path, source);
  }

  /** One listing for each folder tells how the server shows what was copied there. */
  async #rememberCopied(): Promise<void> {
    if (this.#state === undefined) return;
    for await (const [path, target] of seenAfterwards(this.#sides.to, this.#copied.keys(), this.#settings.signal)) {
      const source = this.#copied.get(path);
      if (source !== undefined && target.size === source.size) this.#state.finish(path, { source, target });
    }
  }

  #count(action: SyncAction, result: TransferResult | undefined): void {
    const counts = this.#counts;
    if (action.do === 'transfer') {
      counts.transferred++;
      counts.octets += result?.octets ?? action.source.size ?? 0;
    } else if (action.do === 'make-directory') counts.directoriesMade++;
    else if (action.do === 'link') counts.linksMade++;
    else if (action.do === 'set-time') counts.timesSet++;
    else if (action.do === 'delete-file') counts.filesDeleted++;
    else counts.directoriesDeleted++;
  }

  #result(): SyncResult {
    const { skipped, errors, totals } = this.#plan;
    const planned = errors.map(({ path, code, message }) => ({ path, error: new FtpError(code, message, { path }) }));
    return {
      complete: this.#skipped.length + this.#errors.length + errors.length === 0 && this.#stoppedBy === undefined,
      dryRun: this.#settings.dryRun,
      ...this.#counts,
      unchanged: totals.unchanged,
      skipped: [...skipped, ...this.#skipped],
      errors: [...planned, ...this.#errors],
      stoppedBy: this.#stoppedBy,
      milliseconds: performance.now() - this.#began,
    };
  }
}

function stagesOf(actions: readonly SyncAction[]): SyncAction[][] {
  const stages = new Map<number, SyncAction[]>();
  for (const action of actions) {
    const stage = stageOf(action);
    const others = stages.get(stage);
    if (others === undefined) stages.set(stage, [action]);
    else others.push(action);
  }
  return [...stages].toSorted(([a], [b]) => a - b).map(([, stage]) => stage);
}
