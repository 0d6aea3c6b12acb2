import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../connection/index.js';
import { paceOf } from '../disk/index.js';
import { FtpError } from './errors.js';
import { localError } from './fault-error.js';

export interface LocalFile {
  readonly size: number;
  readonly modified: Date;
  /** Neither a device nor a pipe nor a socket. */
  readonly isPlain: boolean;
}

/** What is at a local path; undefined where there is nothing. Rejects with FtpError for what is there and no file. */
export async function localFile(path: string): Promise<LocalFile | undefined> {
  try {
    const stats = await paceOf(dirname(path)).run(
      () => statSync(path, { throwIfNoEntry: false }),
      () => stat(path),
    );
    if (!stats) return undefined;
    if (!stats.isDirectory()) return { size: stats.size, modified: stats.mtime, isPlain: stats.isFile() };
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw localError(cause, path);
  }
  throw new FtpError('LOCAL', `${path} is a folder`, { phase: 'local', path });
}
