import { UsageFault } from '../usage-fault.js';

/** One thing that is wrong: `FILE:LINE`, the name of an environment variable or an option; then what, and what to write instead. */
export interface Fault {
  readonly where: string;
  readonly what: string;
}

/** Everything that is wrong with a configuration, one a line. */
export class ConfigFault extends UsageFault {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    // One file named twice is wrong once.
    super([...new Set(faults.map(({ where, what }) => `${where}: ${what}`))].join('\n'), options);
    this.faults = faults;
  }
}
