// The process of a worker of `twinport serve`.
import { type ServerOptions, createServer } from '@twinport/ftp/server';
import { type ServedAccounts, accountsOf } from '../accounts.js';
import { runWorker } from './worker.js';

export interface ServeSetup {
  readonly accounts: ServedAccounts;
  /** Whether the server opens the firewall. */
  readonly pinholes: boolean;
  readonly options: Omit<ServerOptions, 'accounts' | 'pinholes' | 'throttle' | 'workers' | 'zeroCopy'>;
}

runWorker<ServeSetup>(async ({ accounts, pinholes, options }, shared) =>
  createServer({
    ...options,
    accounts: await accountsOf(accounts),
    throttle: shared.throttle,
    ...(pinholes && { pinholes: shared.pinholes }),
  }),
);
