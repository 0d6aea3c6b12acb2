import type { ClientContestant } from './contract.js';
import { curl } from './curl.js';
import { library } from './library.js';
import { lftp } from './lftp.js';
import { twinportCommand } from './twinport-command.js';

/** Ours first; the first is what the others are compared with. `nodeOptions` are for our library. */
export function clientContestants(nodeOptions: readonly string[]): readonly ClientContestant[] {
  return [
    library({ name: 'twinport', can: () => true, nodeOptions }),
    library({
      name: 'twinport-in-turn',
      can: ({ work, connections }) => work.startsWith('small-') && connections === 1,
    }),
    library({ name: 'twinport-with-state', can: ({ work }) => work === 'sync' }),
    twinportCommand,
    library({ name: 'basic-ftp', can: ({ work }) => work !== 'sync' }),
    lftp,
    curl,
  ];
}

export const CLIENT_NAMES: readonly string[] = clientContestants([]).map(({ name }) => name);
