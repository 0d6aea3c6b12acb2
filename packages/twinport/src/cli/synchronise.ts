import { readFile } from 'node:fs/promises';
import {
  FtpError,
  type SyncCompare,
  type SyncFilter,
  type SyncJob,
  type SyncOptions,
  type SyncPlan,
  type SyncResult,
  type Verify,
  parseFilters,
  sync,
} from '@twinport/ftp/client';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/remote-text.js';
import { count, formatSize } from './amounts.js';
import type { CommandRun } from './command-run.js';
import { confirm } from './confirm.js';
import { sideOf } from './copy-tree.js';
import { type Place, inside, placeName, placeOf } from './place.js';
import { Board } from './progress/board.js';
import { DEFAULT_PARALLEL, type SharedFlags } from './shared-flags.js';
import { readPlan, writePlan } from './sync-plan-file.js';
import { type SyncWatch, reportSkips, watchSync } from './sync-report.js';
import type { LinksFlag } from './transfer-flags.js';

/** One rule of the command line, or a file of them, in the order they were given. */
export type FilterRule = SyncFilter | { readonly file: string };

export interface SyncFlags extends SharedFlags {
  readonly delete?: boolean;
  readonly maxDelete?: number | `${number}%`;
  readonly newer?: boolean;
  readonly sizeOnly?: boolean;
  readonly checksum?: boolean;
  readonly state?: string;
  readonly plan?: string;
  readonly apply?: string;
  readonly links?: LinksFlag;
  readonly verify?: Verify;
  readonly atomic?: boolean;
}

/** A run of `sync`: plans, asks, and carries out. */
export class Synchronisation {
  readonly #run: CommandRun;
  readonly #flags: SyncFlags;
  readonly #filters: readonly FilterRule[];

  constructor(run: CommandRun, flags: SyncFlags, filters: readonly FilterRule[]) {
    this.#run = run;
    this.#flags = flags;
    this.#filters = filters;
  }

  async between(fromText: string, toText: string): Promise<object | void> {
    const { signal, screen } = this.#run;
    if (!isRemote(fromText) && !isRemote(toText))
      throw new UsageFault('neither A nor B is a remote, such as ftp://HOST/PATH');
    const [from, to] = [await placeOf(this.#run, fromText), await placeOf(this.#run, toText)];
    const { plan: planFile, dryRun = false } = this.#flags;
    if (planFile === '-' && this.#run.out.format !== 'text')
      throw new UsageFault('a plan is JSON as it is: leave --json out');
    const quietly = dryRun || planFile !== undefined;
    const board = quietly ? undefined : new Board(screen);
    const watch = watchSync(this.#run, board, { from: placeName(from), to: placeName(to), dryRun, results: 'all' });
    try {
      const options = { ...(await this.#options()), signal, dryRun, onEvent: watch.onEvent };
      const job = sync(sideOf(from), sideOf(to), options);
      const plan = await this.#plan(job);
      if (planFile !== undefined) return await this.#write(plan, planFile);
      if (!(await this.#mayDelete(plan, to))) return { cancelled: true };
      this.#run.resumeHint = 'the same command again goes on from here';
      return await this.#carryOut({ job, plan, watch, board, from });
    } finally {
      board?.stop();
    }
  }

  async #plan(job: SyncJob): Promise<SyncPlan> {
    return this.#flags.apply === undefined ? await job.plan() : await readPlan(this.#flags.apply);
  }

  async #write(plan: SyncPlan, file: string): Promise<void> {
    await writePlan(this.#run.out, file, plan);
    this.#run.screen.say(`planned: ${planText(plan)}`);
  }

  async #options(): Promise<SyncOptions> {
    const { delete: deletes, maxDelete: most, state, links, verify, atomic, parallel } = this.#flags;
    return {
      compare: compareOf(this.#flags),
      delete: deletes ?? false,
      ...(most !== undefined && { maxDelete: most }),
      ...(state !== undefined && { state }),
      ...(links && { links }),
      ...(verify && { verify }),
      ...(atomic && { atomic }),
      filters: (await Promise.all(this.#filters.map(readRule))).flat(),
      maxConcurrent: parallel ?? DEFAULT_PARALLEL,
    };
  }

  async #mayDelete(plan: SyncPlan, to: Place): Promise<boolean> {
    const deletions = plan.actions.filter((action) => action.do.startsWith('delete-'));
    if (deletions.length === 0) return true;
    return await confirm(
      `Delete ${count(deletions.length, 'entry', 'entries')} of ${placeName(to)}?`,
      this.#flags,
      this.#run.signal,
    );
  }

  async #carryOut(work: {
    readonly job: SyncJob;
    readonly plan: SyncPlan;
    readonly watch: SyncWatch;
    readonly board: Board | undefined;
    readonly from: Place;
  }): Promise<object> {
    const { job, plan, watch, board, from } = work;
    watch.expect(plan);
    const result = await job.run(plan);
    await watch.settled();
    board?.stop();
    reportSkips(this.#run, placeName(from), result.skipped, result.dryRun);
    if (result.errors.length === 0) this.#run.succeed();
    else this.#countSuccesses(result);
    for (const { path, error } of result.errors)
      await this.#run.fail(error, placeName(path === '' ? from : inside(from, path)));
    if (result.stoppedBy) throw result.stoppedBy;
    this.#run.screen.say(resultText(result, board));
    return summaryOf(result);
  }

  #countSuccesses({ transferred, filesDeleted, directoriesMade, unchanged }: SyncResult): void {
    if (transferred + filesDeleted + directoriesMade + unchanged > 0) this.#run.succeed();
  }
}

function compareOf({ sizeOnly, checksum }: SyncFlags): SyncCompare {
  return sizeOnly ? 'size' : checksum ? 'hash' : 'newer';
}

async function readRule(rule: FilterRule): Promise<readonly SyncFilter[]> {
  if (!('file' in rule)) return [rule];
  try {
    return parseFilters(await readFile(rule.file, 'utf8'));
  } catch (error) {
    if (error instanceof FtpError) throw new UsageFault(`${rule.file}: ${error.message}`, { cause: error });
    throw new UsageFault(`${rule.file} cannot be read: ${errnoOf(error) ?? String(error)}`, { cause: error });
  }
}

function planText({ totals }: SyncPlan): string {
  return [
    `${count(totals.transfers, 'file')} (${formatSize(totals.octets)}) to copy`,
    `${count(totals.makeDirectories, 'folder')} to make`,
    `${totals.deleteFiles + totals.deleteDirectories} to delete`,
    `${totals.unchanged} unchanged`,
  ].join(', ');
}

function resultText(result: SyncResult, board: Board | undefined): string {
  const deleted = result.filesDeleted + result.directoriesDeleted;
  const parts = [
    ...(deleted > 0 ? [`${deleted} deleted`] : []),
    `${result.unchanged} unchanged`,
    ...(result.dryRun ? ['nothing done: a dry run'] : []),
  ];
  return `${board ? board.summary(result.octets) : count(result.transferred, 'file')}; ${parts.join(', ')}`;
}

/** The result without what the actions and the failures say already. */
function summaryOf({ errors, stoppedBy, ...rest }: SyncResult): object {
  return { ...rest, errors: errors.length, stopped: stoppedBy !== undefined };
}
