import type { SyncTime } from './contract.js';

const HOUR = 3_600_000;
/** How far ahead of UTC, and how far behind, the clock of a server can be. */
const EASTERNMOST = 14 * HOUR;
const WESTERNMOST = 12 * HOUR;

const WIDTHS = { millisecond: 1, second: 1000, minute: 60_000, day: 24 * HOUR } as const;

/** The moments a time may stand for: from `first` to before `end`, milliseconds. */
function momentsOf(time: SyncTime): { readonly first: number; readonly end: number } {
  const at = Date.parse(time.at);
  const end = at + WIDTHS[time.precision];
  return time.zone === 'utc' ? { first: at, end } : { first: at - EASTERNMOST, end: end + WESTERNMOST };
}

/** Whether a time is too coarse, or its zone unknown, to tell a change from none. */
export function isCoarse(time: SyncTime): boolean {
  return time.zone === 'server' || time.precision === 'minute' || time.precision === 'day';
}

export function timesMayBeEqual(one: SyncTime, other: SyncTime): boolean {
  const [a, b] = [momentsOf(one), momentsOf(other)];
  return a.first < b.end && b.first < a.end;
}

/** The same for two listings of one side, whose clock is one clock, whatever its zone. */
export function timesOfOneSideMayBeEqual(one: SyncTime, other: SyncTime): boolean {
  if (one.zone !== other.zone) return timesMayBeEqual(one, other);
  return timesMayBeEqual({ ...one, zone: 'utc' }, { ...other, zone: 'utc' });
}

/**
 * Whether `source` is certainly later than `target`, or not as far as both are exact, or the zone of one of them is not known.
 * Times that may be equal count as equal: whoever makes a copy gives it the source's time.
 */
export function isNewer(source: SyncTime, target: SyncTime): boolean | 'unknown' {
  if (timesMayBeEqual(source, target)) return source.zone === 'server' || target.zone === 'server' ? 'unknown' : false;
  return momentsOf(source).first >= momentsOf(target).end;
}
