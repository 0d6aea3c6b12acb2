import { localError } from '../fault-error.js';

/** Carries out work on local files; what it rejects with becomes an FtpError. */
export async function locally<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw localError(error, path);
  }
}
