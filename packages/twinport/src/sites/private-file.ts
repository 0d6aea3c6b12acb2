import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';

/** What is read, and who else may read or change it. */
export interface PrivateFile {
  readonly content: Buffer;
  /** Group or others may read it. Always false on Windows, where modes say nothing. */
  readonly readableByOthers: boolean;
  /** Group or others may write it, or it belongs to somebody who is neither us nor root. */
  readonly writableByOthers: boolean;
}

/** Octets of a file with settings or passwords. */
export const MAX_SETTINGS_LENGTH = 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
};

/** Undefined where there is none. Throws UsageFault that names the file. */
export function readPrivate(path: string, limit = MAX_SETTINGS_LENGTH): PrivateFile | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw unreadable(path, error);
  }
  try {
    const facts = fstatSync(file);
    if (facts.size > limit) throw new UsageFault(`${path} is larger than ${limit} octets`);
    const checked = process.platform !== 'win32' && facts.isFile();
    const foreign = ![0, process.getuid?.() ?? 0].includes(facts.uid);
    return {
      content: readFileSync(file),
      readableByOthers: checked && (facts.mode & 0o044) !== 0,
      writableByOthers: checked && ((facts.mode & 0o022) !== 0 || foreign),
    };
  } catch (error) {
    throw error instanceof UsageFault ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/** Replaces a file as a whole, or not at all, with mode 0600; where it is a link, what that leads to. Makes its folder. */
export async function writePrivate(path: string, content: string): Promise<void> {
  let temporary: string | undefined;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const target = await realpath(path).catch(() => path); // none yet
    temporary = `${target}.${randomBytes(6).toString('hex')}`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw new UsageFault(`cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The system's error in words, for a message that names the file. */
export function reasonOf(error: unknown): string {
  const errno = errnoOf(error);
  return REASONS[errno ?? ''] ?? errno ?? 'error';
}

function unreadable(path: string, error: unknown): UsageFault {
  return new UsageFault(`cannot read ${path}: ${reasonOf(error)}`, { cause: error });
}
