// The process of a worker of `twinport serve`.
import type { ServerOptions } from '@twinport/ftp/server';
import { type ServedAccounts, accountsOf } from '../accounts.js';
import { loadZeroCopy } from '../zero-copy.js';
import { runWorker } from './worker.js';

export interface ServeSetup {
  readonly accounts: ServedAccounts;
  /** Whether the server opens the firewall. */
  readonly pinholes: boolean;
  readonly zeroCopy: 'auto' | 'off';
  readonly options: Omit<ServerOptions, 'accounts' | 'pinholes' | 'throttle' | 'workers' | 'zeroCopy'>;
}

runWorker<ServeSetup>(async ({ accounts, pinholes, zeroCopy: use, options }, shared) => {
  const { zeroCopy } = await loadZeroCopy(use);
  return {
    ...options,
    accounts: await accountsOf(accounts, zeroCopy),
    throttle: shared.throttle,
    ...(pinholes && { pinholes: shared.pinholes }),
    ...(zeroCopy && { zeroCopy }),
  };
});
