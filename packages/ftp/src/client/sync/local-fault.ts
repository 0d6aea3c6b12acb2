import { FtpError, type FtpErrorCode } from '../errors.js';

const CODES: Readonly<Record<string, FtpErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  EACCES: 'PERMISSION',
  EPERM: 'PERMISSION',
  EROFS: 'PERMISSION',
  EEXIST: 'EXISTS',
  ENOTEMPTY: 'EXISTS',
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
};

/** Carries out work on local files; what it rejects with becomes an FtpError. */
export async function locally<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw localFault(error, path);
  }
}

export function localFault(error: unknown, path: string): FtpError {
  if (error instanceof FtpError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = CODES[errnoOf(error) ?? ''] ?? 'LOCAL';
  return new FtpError(code, message, { phase: 'local', path, cause: error });
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
