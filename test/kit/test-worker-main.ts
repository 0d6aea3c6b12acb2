// A worker of a server under test: accounts and storages stay with the test.
import type { ServerOptions } from '@twinport/ftp/server';
import { runWorker } from 'twinport/worker';
import { borrowAccounts } from './borrowed-accounts.js';
import type { LentAccounts } from './lent-accounts.js';
import { testZeroCopy } from './zero-copy.js';

export interface TestWorkerSetup {
  readonly accounts: LentAccounts;
  readonly pinholes: boolean;
  readonly options: Omit<ServerOptions, 'accounts' | 'pinholes' | 'throttle' | 'workers' | 'zeroCopy'>;
}

runWorker<TestWorkerSetup>(async ({ accounts, pinholes, options }, shared) => ({
  ...options,
  accounts: await borrowAccounts(accounts),
  throttle: shared.throttle,
  ...(pinholes && { pinholes: shared.pinholes }),
  ...(testZeroCopy && { zeroCopy: testZeroCopy }),
}));
