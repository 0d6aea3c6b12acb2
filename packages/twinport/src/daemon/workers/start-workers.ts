import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Server } from '@twinport/ftp/server';
import type { ServedAccounts } from '../accounts.js';
import type { ServeOptions } from '../serve-options.js';
import type { ServeSetup } from './serve-worker.js';
import type { WorkerPool } from './worker-pool.js';

const SCRIPT = fileURLToPath(new URL('serve-worker.js', import.meta.url));

/** Processes that are to run the sessions. */
export function workerCount(workers: ServeOptions['workers'] = 1): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

/** Has workers run the sessions of a server that listens. Rejects with WorkersFault, the server being closed. */
export async function startWorkers(
  pool: WorkerPool,
  count: number,
  server: Server,
  accounts: ServedAccounts,
): Promise<void> {
  const {
    accounts: _accounts,
    throttle: _throttle,
    workers: _workers,
    zeroCopy,
    pinholes,
    ...options
  } = server.options;
  const transferBufferBytes = Math.floor(server.limits.transferBufferBytes / count);
  const setup: ServeSetup = {
    accounts,
    pinholes: pinholes !== undefined,
    zeroCopy: zeroCopy ? 'auto' : 'off',
    options: { ...options, limits: { ...options.limits, transferBufferBytes } },
  };
  try {
    await pool.start(server, { count, script: SCRIPT, setup });
  } catch (error) {
    await server.destroy();
    throw error;
  }
}
