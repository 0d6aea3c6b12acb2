import type { SyncAction, SyncEvent, SyncPlan, SyncSkip } from '@twinport/ftp/client';
import { printable } from '../daemon/printable.js';
import { formatSize } from './amounts.js';
import type { CommandRun } from './command-run.js';
import type { Board, BoardFile } from './progress/board.js';

export interface SyncWatch {
  readonly onEvent: (event: SyncEvent) => void;
  /** Tells the board what will come. */
  expect(plan: SyncPlan): void;
  /** Resolves when all that was to be printed has been. */
  settled(): Promise<void>;
}

export interface SyncNames {
  /** What the roots are called. */
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  /** Which actions are results: `files` are those that copy one. A dry run tells of all. */
  readonly results: 'all' | 'files';
}

/** Shows on the board, and in the output, what a synchronisation does. */
export function watchSync(run: CommandRun, board: Board | undefined, names: SyncNames): SyncWatch {
  const files = new Map<string, BoardFile>();
  let printing: Promise<void> = Promise.resolve();
  const print = (action: SyncAction, more: object): void => {
    if (names.results === 'files' && action.do !== 'transfer' && !names.dryRun) return;
    const record = actionRecord(action, names, more);
    printing = printing.then(() => run.out.item(record, () => (names.dryRun ? `${actionText(action, names)}\n` : '')));
    printing.catch(() => {}); // told by settled()
  };
  const onEvent = (event: SyncEvent): void => {
    if (event.type === 'start' && event.action.do === 'transfer') {
      const file = board?.start(event.action.path, event.action.source.size);
      if (file) files.set(event.action.path, file);
    } else if (event.type === 'progress') {
      files.get(event.path)?.progress(event.progress);
    } else if (event.type === 'done') {
      print(event.action, event.result ?? {});
      finishFile(event);
    } else if (event.type === 'error') {
      files.get(event.path)?.failed();
    }
  };
  const finishFile = ({ action, result }: Extract<SyncEvent, { type: 'done' }>): void => {
    if (action.do !== 'transfer') return;
    if (result) files.get(action.path)?.finished(result);
    files.delete(action.path);
  };
  return {
    onEvent,
    expect: (plan) => {
      const transfers = plan.actions.flatMap((action) => (action.do === 'transfer' ? [action.source.size] : []));
      // The folder itself was expected as one thing.
      board?.expect(transfers.length - 1, sumOf(transfers));
    },
    settled: () => printing,
  };
}

function sumOf(sizes: readonly (number | undefined)[]): number | undefined {
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

function actionRecord(action: SyncAction, { from, to, dryRun }: SyncNames, more: object): object {
  const [source, target] = [below(from, action.path), below(to, action.path)];
  const flag = dryRun ? { dryRun } : {};
  if (action.do !== 'transfer') return { event: action.do, ...flag, target };
  const { size } = action.source;
  return { event: 'file', ...flag, source, target, why: action.why, ...(size !== undefined && { size }), ...more };
}

/** What an action would do, in words: `copy a/b.txt -> ftp://… (1.2 KiB, newer)`. */
export function actionText(action: SyncAction, { from, to }: Pick<SyncNames, 'from' | 'to'>): string {
  const target = printable(below(to, action.path));
  switch (action.do) {
    case 'make-directory':
      return `make folder ${target}`;
    case 'transfer': {
      const octets = action.source.size === undefined ? '' : `${formatSize(action.source.size)}, `;
      return `copy ${printable(below(from, action.path))} -> ${target} (${octets}${action.resume ? 'goes on' : action.why})`;
    }
    case 'link':
      return `link ${target} -> ${printable(action.target)}`;
    case 'set-time':
      return `set time of ${target} to ${action.modified}`;
    case 'delete-file':
      return `delete ${target}`;
    case 'delete-directory':
      return `delete folder ${target}`;
  }
}

const below = (root: string, path: string): string => (path === '' ? root : `${root.replace(/\/+$/, '')}/${path}`);

/** Reasons to leave something out that nobody has asked for: not all was done. What follows from an error is counted with that. */
const UNASKED: ReadonlySet<SyncSkip['reason']> = new Set<SyncSkip['reason']>([
  'conflict',
  'unsafe-name',
  'collision',
  'too-deep',
  'changed',
]);

/** Says what was left as it is, and why. What nobody asked to leave out makes the exit code 3, but for a dry run. */
export function reportSkips(run: CommandRun, root: string, skips: readonly SyncSkip[], dryRun: boolean): void {
  for (const { path, reason, detail } of skips)
    if (!dryRun && UNASKED.has(reason)) run.leftOut(below(root, path), reason, detail);
  const MOST = 10;
  for (const { path, detail } of skips.slice(0, MOST)) run.screen.say(`left out: ${below(root, path)}: ${detail}`);
  if (skips.length > MOST) run.screen.say(`left out: ${skips.length - MOST} more, --json lists them`);
}
