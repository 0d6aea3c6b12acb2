import {
  type DownloadOptions,
  FtpError,
  type Transfer,
  type TransferOptions,
  type TransferResult,
} from '@twinport/ftp/client';
import { printable } from '../daemon/printable.js';
import { UsageFault } from '../daemon/usage-fault.js';
import { formatSize } from './amounts.js';
import type { CommandRun } from './command-run.js';
import type { CopyItem } from './copy-items.js';
import { type Copied, type CopiedTree, copyTree } from './copy-tree.js';
import { eachOf } from './each-of.js';
import { outputTarget } from './output-target.js';
import { nameOf, placeName } from './place.js';
import { Board } from './progress/board.js';
import { DEFAULT_PARALLEL } from './shared-flags.js';
import { type TransferFlags, transferOptionsOf } from './transfer-flags.js';

/** Called for each file or folder that has arrived whole; a folder with what was copied of it. */
export type Arrived = (item: CopyItem, tree: CopiedTree | undefined) => Promise<void>;

/** Copies files and folders, several files at a time, and says at the end what came of it. Resolves with the sums, for JSON. */
export async function copyAll(
  run: CommandRun,
  items: readonly CopyItem[],
  flags: TransferFlags,
  arrived: Arrived = async () => {},
): Promise<object> {
  if (flags.dryRun) {
    for (const item of items) await run.attempt(placeName(item.source), () => foretell(run, item, flags));
    return { dryRun: true };
  }
  const toStdout = items.some(({ target }) => target.kind === 'stdio');
  if (toStdout && run.out.format !== 'text') throw new UsageFault('stdout holds the file: there is no room for JSON');
  const board = new Board(run.screen, { silent: toStdout && process.stdout.isTTY });
  board.expect(items.length, sumOfSizes(items));
  try {
    const single = async (item: CopyItem): Promise<void> => {
      const done = await run.prepare(placeName(item.source), () => copyOne(run, board, item, flags));
      if (done?.extent === 'whole' || done?.extent === 'part') run.succeed();
      if (done?.extent === 'whole') await arrived(item, done.tree);
    };
    // What goes to stdout keeps its order.
    await eachOf(items, toStdout ? 1 : (flags.parallel ?? DEFAULT_PARALLEL), single);
  } finally {
    board.stop();
  }
  if (board.transferred > 0) run.screen.say(board.summary());
  return { transferred: board.transferred, milliseconds: Math.round(board.milliseconds) };
}

/** Undefined where one is not known. What is in folders is added when that is known. */
function sumOfSizes(items: readonly CopyItem[]): number | undefined {
  return items.reduce<number | undefined>(
    (sum, { found: { type, size = type === 'folder' ? 0 : undefined } }) =>
      sum === undefined || size === undefined ? undefined : sum + size,
    0,
  );
}

async function copyOne(run: CommandRun, board: Board, item: CopyItem, flags: TransferFlags): Promise<Copied> {
  if (item.found.type === 'folder') return await copyTree(run, board, item, flags);
  const file = board.start(nameOf(item.source) ?? placeName(item.source), item.found.size);
  const options = {
    ...transferOptionsOf(flags),
    ...(isText(item) && { type: 'ascii' as const }),
    signal: run.signal,
    onProgress: file.progress,
  };
  try {
    const result = await startTransfer(run, item, options, flags);
    file.finished(result);
    await reportFile(run, item, result);
    return { extent: result.outcome === 'transferred' ? 'whole' : 'part' };
  } finally {
    file.failed(); // of no effect once it has finished
  }
}

/** `;type=a` at the end of either URL (RFC 1738 §3.2.2). */
function isText({ source, target }: CopyItem): boolean {
  return [source, target].some((place) => place.kind === 'remote' && place.remote.type === 'ascii');
}

function startTransfer(run: CommandRun, item: CopyItem, options: TransferOptions, flags: TransferFlags): Transfer {
  const { source, target } = item;
  if (source.kind === 'remote') {
    const { client, path } = source.remote;
    const pieces: DownloadOptions = flags.segments === undefined ? options : { ...options, segments: flags.segments };
    if (target.kind === 'remote')
      return client.copyTo(target.remote.client, path, target.remote.path, { ...options, via: flags.via ?? 'auto' });
    if (target.kind === 'local') return client.get(path, target.path, { ...pieces, makeDirectories: true });
    return client.get(path, outputTarget(run.out), streamed(options));
  }
  if (target.kind !== 'remote') throw new FtpError('USAGE', 'one of the two sides is on a server', { phase: 'usage' });
  const { client, path } = target.remote;
  return source.kind === 'local' ? client.put(source.path, path, options) : client.put(process.stdin, path, options);
}

/** What a stream can be told: there is nothing there before, and nothing to rename. */
function streamed({ signal, verify, onProgress, type }: TransferOptions): TransferOptions {
  return {
    ...(signal && { signal }),
    ...(verify && { verify }),
    ...(onProgress && { onProgress }),
    ...(type && { type }),
  };
}

async function reportFile(run: CommandRun, { source, target }: CopyItem, result: TransferResult): Promise<void> {
  const record = { event: 'file', source: placeName(source), target: placeName(target), ...result };
  // With `-` stdout holds the file itself.
  if (target.kind !== 'stdio') await run.out.item(record, () => '');
  if (result.outcome === 'skipped') run.screen.say(`${placeName(target)} is there already: skipped`);
}

async function foretell(run: CommandRun, item: CopyItem, flags: TransferFlags): Promise<void> {
  const { source, found, target } = item;
  if (found.type === 'folder') {
    await copyTree(run, undefined, item, flags);
    return;
  }
  const record = {
    event: 'file',
    dryRun: true,
    source: placeName(source),
    target: placeName(target),
    size: found.size,
  };
  const octets = found.size === undefined ? '' : ` (${formatSize(found.size)})`;
  await run.out.item(record, () => `${printable(`copy ${placeName(source)} -> ${placeName(target)}${octets}`)}\n`);
}
