import { LinkedSignal } from '../linked-signal.js';
import { setMaxListeners } from 'node:events';
import { isInside } from '../../protocol/index.js';
import { FtpError } from '../errors.js';
import type { SyncEvent, SyncJob, SyncOptions, SyncPlan, SyncResult, SyncRoot, SyncSide } from './contract.js';
import { isDeletion } from './draft.js';
import { aborted } from './failures.js';
import { isPlan } from './json-shapes.js';
import { LocalSide } from './local-side.js';
import { type Roots, makePlan } from './plan.js';
import { RemoteSide } from './remote-side.js';
import { Run, type RunSides } from './run.js';
import { type SyncSettings, maxDeletions, settingsOf } from './settings.js';
import { SyncState } from './state.js';
import { usageError } from '../usage-error.js';

/**
 * Makes a folder like another: from here to a server, from there to here, or from server to server. Nothing happens before `plan` or
 * `run` is called. Throws USAGE on options that cannot be meant, and where both sides are local.
 */
export function sync(from: SyncSide, to: SyncSide, options: SyncOptions = {}): SyncJob {
  if ('local' in from && 'local' in to) throw usageError('One of the two sides must be a server');
  return new Job(from, to, settingsOf(options));
}

/** What one call works with. */
interface Task {
  readonly sides: RunSides;
  readonly settings: SyncSettings;
}

class Job implements SyncJob {
  readonly #from: SyncSide;
  readonly #to: SyncSide;
  readonly #settings: SyncSettings;

  constructor(from: SyncSide, to: SyncSide, settings: SyncSettings) {
    this.#from = from;
    this.#to = to;
    this.#settings = settings;
  }

  plan(): Promise<SyncPlan> {
    return this.#withTask(async (task) => {
      const { roots, state } = await prepare(task);
      return planNow(task, roots, state);
    });
  }

  run(plan?: SyncPlan): Promise<SyncResult> {
    return this.#withTask(async (task) => {
      if (plan !== undefined && !isPlan(plan)) throw usageError('This is not a plan of version 1');
      const { roots, state } = await prepare(task);
      const agreed = plan ?? (await planNow(task, roots, state));
      checkRoots(agreed, roots);
      checkDeletions(agreed, task.settings.maxDelete);
      return new Run(task.sides, agreed, task.settings, state).run();
    });
  }

  async #withTask<T>(work: (task: Task) => Promise<T>): Promise<T> {
    const listener = new Listener(this.#settings);
    const { signal } = listener;
    const sides = { from: sideOf(this.#from, signal), to: sideOf(this.#to, signal) };
    try {
      signal.throwIfAborted();
      return await work({ sides, settings: { ...this.#settings, signal, onEvent: listener.onEvent } });
    } catch (error) {
      listener.throwIfThrown();
      throw signal.aborted ? aborted(signal) : error;
    } finally {
      listener.end();
      sides.from.close();
      sides.to.close();
    }
  }
}

async function prepare({ sides, settings }: Task): Promise<{ roots: Roots; state: SyncState | undefined }> {
  const { from, to } = sides;
  const roots = { from: await from.describe(), to: await to.describe() };
  if (from instanceof RemoteSide && to instanceof RemoteSide && from.client === to.client) {
    checkApart(roots.from.path, roots.to.path);
  }
  return { roots, state: settings.state === undefined ? undefined : await SyncState.load(settings.state, roots) };
}

async function planNow({ sides, settings }: Task, roots: Roots, state: SyncState | undefined): Promise<SyncPlan> {
  const plan = await makePlan(sides, roots, settings, state);
  settings.onEvent({ type: 'planned', totals: plan.totals });
  return plan;
}

function checkDeletions({ actions, totals }: SyncPlan, maxDelete: SyncSettings['maxDelete']): void {
  const count = actions.filter((action) => isDeletion(action)).length;
  const allowed = maxDeletions(maxDelete, totals.targetEntries) ?? 0;
  if (count <= allowed) return;
  throw new FtpError('LIMIT', `${count} files and folders would be deleted, and maxDelete is ${maxDelete}`, {
    phase: 'usage',
    hint: 'Look at the plan; if it is right, raise maxDelete',
  });
}

/** Ends the job when whoever listens to its events throws. */
class Listener {
  readonly #listen: SyncSettings['onEvent'];
  readonly #link: LinkedSignal;
  #isEnded = false;
  #thrown: { readonly error: unknown } | undefined;

  constructor({ signal, onEvent }: SyncSettings) {
    this.#listen = onEvent;
    this.#link = new LinkedSignal(signal);
    // Every listing and transfer under way listens to it.
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.#link.signal;
  }

  readonly onEvent = (event: SyncEvent): void => {
    if (this.#isEnded || this.#thrown !== undefined) return;
    try {
      this.#listen(event);
    } catch (error) {
      this.#thrown = { error };
      this.#link.abort(error);
    }
  };

  /** Nothing more is told, and what still goes on after an error is stopped. */
  end(): void {
    this.#isEnded = true;
    this.#link.abort();
    this.#link.unlink();
  }

  throwIfThrown(): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }
}

function sideOf(side: SyncSide, signal: AbortSignal): LocalSide | RemoteSide {
  return 'local' in side ? new LocalSide(side.local, signal) : new RemoteSide(side.client, side.path, signal);
}

function checkApart(from: string, to: string): void {
  if (isInside(from, to) || isInside(to, from)) throw usageError(`${from} and ${to} are not apart from each other`);
}

function checkRoots(plan: SyncPlan, roots: Roots): void {
  if (isSameRoot(plan.from, roots.from) && isSameRoot(plan.to, roots.to)) return;
  throw usageError('The plan was made for other folders');
}

function isSameRoot(one: SyncRoot, other: SyncRoot): boolean {
  if (one.kind === 'local' || other.kind === 'local') return one.kind === other.kind && one.path === other.path;
  return one.host === other.host && one.port === other.port && one.path === other.path;
}
