import { FtpError, type FtpErrorCode } from '../errors.js';
import { localError } from '../fault-error.js';

/** With these the next file would fail in the same way. */
const POINTLESS: ReadonlySet<FtpErrorCode> = new Set(['DNS', 'CONNECT', 'PROXY', 'LOGIN', 'NO_SPACE']);

/** Whether to go on after an error makes no sense. */
export function endsRun(error: FtpError): boolean {
  return POINTLESS.has(error.code);
}

export function aborted(signal: AbortSignal): FtpError {
  if (signal.reason instanceof FtpError) return signal.reason;
  return new FtpError('ABORTED', 'The synchronisation was stopped', { phase: 'transfer', cause: signal.reason });
}

/** Notes an error of one path and lets planning go on, unless that makes no sense. */
export function unlessFatal(error: unknown, path: string, signal: AbortSignal | undefined): FtpError {
  if (signal?.aborted === true) throw aborted(signal);
  const failure = localError(error, path);
  if (failure.code === 'ABORTED' || endsRun(failure)) throw failure;
  return failure;
}
