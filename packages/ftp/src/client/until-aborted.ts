import { FtpError } from './errors.js';

export function abortError(signal: AbortSignal | undefined, { connectionUsable = true } = {}): FtpError {
  return new FtpError('ABORTED', 'The call was given up', { cause: signal?.reason, connectionUsable });
}

/** Settles as the promise does, unless the signal comes before: then it rejects with ABORTED, and the rest goes on unheard. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).then(() => signal?.removeEventListener('abort', onAbort));
  });
}
