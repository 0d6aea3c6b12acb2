import type { ZeroCopy } from '@twinport/ftp/server';

/** System calls for data connections, or why there are none though they were wanted. */
export interface LoadedZeroCopy {
  readonly zeroCopy?: ZeroCopy;
  readonly reason?: string;
}

/** `@twinport/zerocopy`, where it is installed and the system has such calls. */
export async function loadZeroCopy(use: 'auto' | 'off' = 'auto'): Promise<LoadedZeroCopy> {
  if (use === 'off') return {};
  try {
    const { zeroCopy } = await import('@twinport/zerocopy');
    return { zeroCopy };
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}
