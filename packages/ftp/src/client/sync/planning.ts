import type { SyncSeen } from './contract.js';
import type { SyncedFile } from './compare.js';
import type { Draft } from './draft.js';
import type { Gate } from './gate.js';
import type { SyncSettings } from './settings.js';
import type { Side } from './side.js';
import type { ZoneClock } from './zone-clock.js';

/** What every part of making a plan works with. */
export interface Planning {
  readonly from: Side;
  readonly to: Side;
  readonly settings: SyncSettings;
  readonly draft: Draft;
  /** Listings and questions that are under way at the same time. */
  readonly gate: Gate;
  /** The target takes names that differ by case or Unicode form for one. */
  readonly folds: boolean;
  /** Links can be made on the target. */
  readonly makesLinks: boolean;
  /** Times can be set on the target. */
  readonly keepsTimes: boolean;
  /** Sides that have answered questions no better than their listings do: they are not asked again. */
  readonly mute: Set<Side>;
  /** What has been learnt of the zones of either side's listings. */
  readonly clocks: { readonly from: ZoneClock; readonly to: ZoneClock };
  /** From the state file. */
  readonly synced: (path: string) => SyncedFile | undefined;
  /** Whether the state file says that the copying of this very file was broken off. */
  readonly wasStarted: (path: string, source: SyncSeen) => boolean;
}

/** A folder on the way down, to notice when a link leads up again. */
export interface Ancestor {
  readonly above: Ancestor | undefined;
  readonly unique: string | undefined;
  /** Absolute, links resolved as far as their targets are known. */
  readonly real: string;
}
