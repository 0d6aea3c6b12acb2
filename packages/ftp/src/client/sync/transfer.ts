import type { Progress, TransferOptions, TransferResult } from '../contract.js';
import { FtpError, type FtpErrorCode } from '../errors.js';
import { localError } from '../fault-error.js';
import type { SyncAction, SyncSeen } from './contract.js';
import { NotDone, expectSeen } from './expect.js';
import { LocalSide } from './local-side.js';
import { below, folderOf, nameOf, partialName } from './names.js';
import { RemoteSide } from './remote-side.js';
import { isSameSeen } from './seen.js';
import { isCoarse } from './times.js';

export type TransferAction = Extract<SyncAction, { do: 'transfer' }>;

export interface FileTransfer {
  readonly from: LocalSide | RemoteSide;
  readonly to: LocalSide | RemoteSide;
  readonly action: TransferAction;
  /** The source's links are followed. */
  readonly followLinks: boolean;
  /** `known`, `ifExists` and `onProgress` are added. */
  readonly options: TransferOptions;
  readonly onProgress: (progress: Progress) => void;
  /** An upload begins: until it ends well, there is a beginning only. */
  readonly onStart: () => void;
  /** The target has just been made by this run, so nothing can be in the way. */
  readonly isFresh: boolean;
}

/** Copies one file. Rejects with NotDone where one of its ends is no longer what the plan saw. */
export async function transferFile(transfer: FileTransfer): Promise<TransferResult> {
  const { from, to, action } = transfer;
  if (to instanceof LocalSide) {
    if (from instanceof LocalSide) throw new FtpError('USAGE', 'One side must be a server', { phase: 'usage' });
    return download(transfer, from, to);
  }
  if (!transfer.isFresh) await expectSeen(to, action.path, action.replaces);
  if (from instanceof LocalSide) return upload(transfer, from, to);
  const [source, target] = [await from.pathOf(action.path), await to.pathOf(action.path)];
  return write(transfer, action.source, action.resume === true, (options) =>
    from.client.copyTo(to.client, source, target, options),
  );
}

async function upload(transfer: FileTransfer, from: LocalSide, to: RemoteSide): Promise<TransferResult> {
  const { action, followLinks } = transfer;
  const { path, source } = action;
  if (!followLinks) await from.checkFolder(folderOf(path));
  const now = await (followLinks ? from.follow(path) : from.stat(path));
  if (now === undefined) throw new NotDone('changed', 'It is gone from the source since the plan was made');
  if (now.type !== 'file') throw new NotDone('changed', `The source has a ${now.type} there since the plan was made`);
  const resumes = action.resume === true && isSameSeen(source, now);
  const target = await to.pathOf(path);
  return write(transfer, now, resumes, (options) => to.client.put(from.pathOf(path), target, options));
}

/** Begins anew where what was to be continued turns out to be something else: the state file cannot know who has written there since. */
async function write(
  transfer: FileTransfer,
  source: SyncSeen,
  resumes: boolean,
  start: (options: TransferOptions) => Promise<TransferResult>,
): Promise<TransferResult> {
  const options = optionsOf(transfer, source);
  transfer.onStart();
  if (!resumes) return start({ ...options, ifExists: 'overwrite' });
  try {
    const verify = options.verify === 'none' ? 'none' : 'hash';
    return await start({ ...options, verify, ifExists: 'resume' });
  } catch (error) {
    if (!(error instanceof FtpError) || error.code !== 'HASH_MISMATCH') throw error;
    return start({ ...options, ifExists: 'overwrite' });
  }
}

/** Into a file beside the target, whose name says of what source it is the beginning; moved into place when all is there. */
async function download(transfer: FileTransfer, from: RemoteSide, to: LocalSide): Promise<TransferResult> {
  const { action } = transfer;
  const { path, source, replaces } = action;
  await to.checkFolder(folderOf(path));
  await expectSeen(to, path, replaces);
  const partial = below(folderOf(path), partialName(nameOf(path), source));
  const resumes = await prepare(to, partial, source);
  try {
    const result = await from.client.get(await from.pathOf(path), to.pathOf(partial), {
      ...optionsOf(transfer, source),
      atomic: false,
      ifExists: resumes ? 'resume' : 'overwrite',
    });
    await expectSeen(to, path, replaces);
    await to.put(partial, path);
    return result;
  } catch (error) {
    if (!isWorthKeeping(error)) await discard(to, partial);
    const isLocal = error instanceof FtpError && error.phase === 'local' && error.cause instanceof Error;
    throw isLocal ? localError(error.cause, to.pathOf(path), to.pathOf(partial)) : error;
  }
}

/** Whether what an earlier run has left under that name can be continued. What cannot is removed: a link there would be followed. */
async function prepare(to: LocalSide, partial: string, source: SyncSeen): Promise<boolean> {
  const seen = await to.stat(partial);
  if (seen === undefined) return false;
  const { size, modified } = source;
  if (seen.type === 'file' && size !== undefined && modified !== undefined && !isCoarse(modified)) {
    // All of it may be there, and neither checked nor given its time: getting the last octet again sees to both.
    if (seen.size === size) await to.shorten(partial, size);
    if ((seen.size ?? 0) <= size) return true;
  }
  await to.removeFile(partial);
  return false;
}

/** After these, what has come is a beginning of the file. */
const BEGUN: ReadonlySet<FtpErrorCode> = new Set([
  'ABORTED',
  'BUSY',
  'CLOSED',
  'CONNECT',
  'DATA_CONNECTION',
  'IN_USE',
  'NO_SPACE',
  'STALLED',
  'TIMEOUT',
  'TRUNCATED',
]);

function isWorthKeeping(error: unknown): boolean {
  return error instanceof FtpError && BEGUN.has(error.code);
}

async function discard(to: LocalSide, partial: string): Promise<void> {
  try {
    if ((await to.stat(partial)) !== undefined) await to.removeFile(partial);
  } catch {
    // The error that made it useless is the one to report; a later run with `delete` removes what is left.
  }
}

function optionsOf({ options, onProgress }: FileTransfer, { size, modified }: SyncSeen): TransferOptions {
  const known = {
    ...(size === undefined ? {} : { size }),
    ...(modified === undefined || isCoarse(modified) ? {} : { modified: new Date(modified.at) }),
  };
  return { ...options, known, onProgress };
}
