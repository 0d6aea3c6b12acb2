import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LIMITS, type Server, type ServerOptions } from '@twinport/ftp/server';
import { servedBy } from '../accounts.js';
import type { ServeOptions } from '../serve-options.js';
import type { ServeSetup } from './serve-worker.js';
import type { WorkerPool } from './worker-pool.js';

const SCRIPT = fileURLToPath(new URL('serve-worker.js', import.meta.url));

/** Processes that are to run the sessions. */
export function workerCount(workers: ServeOptions['workers'] = 1): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

/** Has workers run the sessions of a server that listens. Rejects with WorkersFault, the server being closed. */
export async function startWorkers(pool: WorkerPool, count: number, server: Server): Promise<void> {
  try {
    await pool.start(server, { count, script: SCRIPT, setup: (options) => setupOf(options, count) });
  } catch (error) {
    await server.destroy();
    throw error;
  }
}

function setupOf(serverOptions: ServerOptions, count: number): ServeSetup {
  const { accounts, throttle: _throttle, workers: _workers, zeroCopy, pinholes, ...options } = serverOptions;
  const { transferBufferBytes } = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    accounts: servedBy(accounts),
    pinholes: pinholes !== undefined,
    zeroCopy: zeroCopy ? 'auto' : 'off',
    options: {
      ...options,
      limits: { ...options.limits, transferBufferBytes: Math.floor(transferBufferBytes / count) },
    },
  };
}
