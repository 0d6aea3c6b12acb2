import { FtpError } from './errors.js';

/** What was asked for cannot be; nothing was sent. */
export function usageError(message: string): FtpError {
  return new FtpError('USAGE', message, { phase: 'usage' });
}
