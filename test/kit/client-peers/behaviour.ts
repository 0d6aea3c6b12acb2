import type { Context } from './context.js';
import type { PeerAbilities } from './peer-abilities-table.js';

/** Something that holds with every server that can do it. */
export interface Behaviour {
  readonly name: string;
  /** In every cell, or only in those where all behaviours are tried. Default false. */
  readonly everywhere?: boolean;
  /** Whether the server can. Default: all can. */
  readonly where?: (can: PeerAbilities) => boolean;
  run(context: Context): Promise<void>;
}
