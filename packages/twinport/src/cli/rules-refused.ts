import { RulesRefused } from '@twinport/ftp/firewall';
import { UsageFault } from '../daemon/usage-fault.js';

/** What was asked for cannot work: as with any other mistake in the command line. */
export function refusedAsUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RulesRefused) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
}
