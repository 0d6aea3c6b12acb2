// A server over a folder, as a process of its own that can be measured: node --expose-gc measured-server-main.js OPTIONS
import { readdirSync } from 'node:fs';
import { type Limits, createServer, disk } from '@twinport/ftp/server';
import { quickAccounts } from './quick-accounts.js';
import { testZeroCopy } from './zero-copy.js';

export interface MeasuredServerOptions {
  readonly folder: string;
  readonly limits?: Partial<Limits>;
}

/** What the server's process holds, after garbage collection. */
export interface Usage {
  readonly sessions: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** The most it ever was. */
  readonly peakResidentBytes: number;
  /** Where the system tells. */
  readonly descriptors: number | undefined;
  /** Timers, sockets and all else that keeps the process alive, sorted. */
  readonly resources: readonly string[];
}

const { folder, limits = {} } = JSON.parse(process.argv[2] ?? '{}') as MeasuredServerOptions;
const storage = disk(folder);
const server = createServer({
  accounts: quickAccounts(() => storage),
  host: '127.0.0.1',
  port: 0,
  limits,
  ...(testZeroCopy && { zeroCopy: testZeroCopy }),
});

function usage(): Usage {
  // Twice: what finalizers free is found by the second.
  for (const _ of [1, 2]) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    sessions: server.sessions.length,
    heapBytes: heapUsed,
    residentBytes: rss,
    peakResidentBytes: process.resourceUsage().maxRSS * 1024,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined,
    resources: process.getActiveResourcesInfo().toSorted((a, b) => a.localeCompare(b)),
  };
}

server.on('warning', (warning) =>
  process.stderr.write(
    `${warning.code} ${warning.message} ${warning.cause instanceof Error ? warning.cause.message : ''}\n`,
  ),
);
process.on('message', () => process.send?.(usage()));
process.on('disconnect', () => process.exit());
await server.listen();
process.send?.({ port: server.endpoints[0]?.port });
