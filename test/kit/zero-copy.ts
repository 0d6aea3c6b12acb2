import type { ZeroCopy } from '@twinport/ftp/server';
import { createZeroCopy } from '@twinport/zerocopy';

const MODES: Record<string, ZeroCopy> = { on: createZeroCopy(), moved: createZeroCopy({ moveFrom: 1 }) };

/**
 * How the servers of tests move files, by TWINPORT_ZERO_COPY. `on`: as `@twinport/zerocopy` finds it worth while; `moved`: every file,
 * however small, beside the event loop; else without.
 */
export const zeroCopyMode = process.env['TWINPORT_ZERO_COPY'] ?? 'off';
export const testZeroCopy = MODES[zeroCopyMode];
