import type { SyncSeen, SyncTime } from './contract.js';
import { isCoarse, timesMayBeEqual } from './times.js';

const MINUTE = 60_000;
/** Every zone there is keeps to quarters of an hour. */
const QUARTER = 15 * MINUTE;
const FARTHEST = 14 * 60 * MINUTE;
/** Summer and winter, and a few mistakes. */
const MOST_OFFSETS = 4;

/**
 * The zone of a server whose listings do not say it, learnt from files that it was asked about (MDTM says UTC): a listing in local time
 * has one offset in summer and another in winter.
 */
export class ZoneClock {
  /** Milliseconds east of UTC. */
  readonly #offsets: number[] = [];

  learn(listed: SyncTime | undefined, exact: SyncTime | undefined): void {
    if (listed?.zone !== 'server' || listed.precision !== 'minute' || !exact || isCoarse(exact)) return;
    const offset = Date.parse(listed.at) - Math.floor(Date.parse(exact.at) / MINUTE) * MINUTE;
    if (offset % QUARTER !== 0 || Math.abs(offset) > FARTHEST || this.#offsets.includes(offset)) return;
    if (this.#offsets.length < MOST_OFFSETS) this.#offsets.push(offset);
  }

  /** The entry with its time in UTC, where one of the offsets makes it the other's; else as it is. */
  align(seen: SyncSeen, other: SyncSeen): SyncSeen {
    const { modified } = seen;
    if (modified?.zone !== 'server' || !other.modified) return seen;
    for (const offset of this.#offsets) {
      const at = new Date(Date.parse(modified.at) - offset).toISOString();
      const aligned: SyncTime = { at, precision: modified.precision, zone: 'utc' };
      if (timesMayBeEqual(aligned, other.modified)) return { ...seen, modified: aligned };
    }
    return seen;
  }
}
