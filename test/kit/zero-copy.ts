import type { ZeroCopy } from '@twinport/ftp/server';

/**
 * How the servers of tests move files, by TWINPORT_ZERO_COPY. `on`: as `@twinport/zerocopy` finds it worth while; `moved`: every file,
 * however small, beside the event loop; else without.
 */
export const zeroCopyMode = process.env['TWINPORT_ZERO_COPY'] ?? 'off';
export const testZeroCopy = await chosen();

/** Loaded only where it is used, since many a worker is started. */
async function chosen(): Promise<ZeroCopy | undefined> {
  if (zeroCopyMode !== 'on' && zeroCopyMode !== 'moved') return undefined;
  const { createZeroCopy } = await import('@twinport/zerocopy');
  return createZeroCopy(zeroCopyMode === 'moved' ? { moveFrom: 1 } : {});
}
