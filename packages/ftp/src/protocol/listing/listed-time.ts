import type { ListedTime } from './listed-entry.js';
import type { ListingContext } from './listing-format.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Two leap years are at most this far apart (1896 and 1904). */
const LEAP_YEARS = 8;
/** Two-digit years from here on are of the 20th century: no server listed files before 1970. */
const PIVOT_YEAR = 70;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A time of day, as far as a listing says it. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
  readonly millisecond?: number;
}

/** The day, and the time of day if it is known, by the server's clock; undefined for a day or hour that does not exist. */
export function serverTime(
  context: ListingContext,
  year: number,
  month: number,
  day: number,
  clock?: Clock,
): ListedTime | undefined {
  const time = calendarMs(year, month, day, clock);
  if (time === undefined) return undefined;
  return { at: new Date(time - context.zoneMs), precision: precisionOf(clock), zone: 'server' };
}

/** As {@link serverTime}, in the zone that the listing names, in minutes east of UTC. */
export function zonedTime(
  zoneMinutes: number,
  year: number,
  month: number,
  day: number,
  clock: Clock,
): ListedTime | undefined {
  const time = calendarMs(year, month, day, clock);
  if (time === undefined) return undefined;
  return { at: new Date(time - zoneMinutes * MINUTE_MS), precision: precisionOf(clock), zone: 'utc' };
}

/** A day without its year is of the latest year that puts it not more than a day ahead of now. */
export function recentTime(context: ListingContext, month: number, day: number, clock?: Clock): ListedTime | undefined {
  const latest = context.now + context.zoneMs + DAY_MS;
  const newest = new Date(latest).getUTCFullYear();
  for (let year = newest; year >= newest - LEAP_YEARS; year -= 1) {
    const time = calendarMs(year, month, day, clock);
    if (time !== undefined && time <= latest) return serverTime(context, year, month, day, clock);
  }
  return undefined;
}

/** Four digits as they are; two of them as 1970 to 2069; three as years since 1900, which old programs print. */
export function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 3) return 1900 + year;
  if (text.length > 2) return year;
  return year < PIVOT_YEAR ? 2000 + year : 1900 + year;
}

/** Milliseconds since 1970 as if the clock were UTC. Second 60 is read as 59. */
function calendarMs(year: number, month: number, day: number, clock?: Clock): number | undefined {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999, and no listing has them.
  if (!(year >= 100 && year <= 9999) || day < 1 || day > daysIn(year, month)) return undefined;
  if (clock === undefined) return Date.UTC(year, month - 1, day);
  const { hour, minute, second = 0, millisecond = 0 } = clock;
  // Midnight can also be the end of the day.
  if (hour > 24 || (hour === 24 && minute + second > 0) || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millisecond);
}

function daysIn(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return DAYS[month - 1] ?? 0;
}

function precisionOf(clock: Clock | undefined): ListedTime['precision'] {
  if (clock === undefined) return 'day';
  if (clock.second === undefined) return 'minute';
  return clock.millisecond === undefined ? 'second' : 'millisecond';
}

const CLOCK = /^(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?$/;

/** `9:05`, `09:05:59`, `09:05:59.123456789`, also with dots. Undefined when the text has another form. */
export function parseClock(text: string): Clock | undefined {
  const fields = CLOCK.exec(text);
  if (fields === null) return undefined;
  const clock = { hour: Number(fields[1]), minute: Number(fields[2]) };
  if (fields[3] === undefined) return clock;
  const second = Number(fields[3]);
  if (fields[4] === undefined) return { ...clock, second };
  return { ...clock, second, millisecond: Number(fields[4].slice(0, 3).padEnd(3, '0')) };
}

/** The clock of a twelve-hour day. Undefined for an hour that it does not have. */
export function halfDayClock(clock: Clock, half: string): Clock | undefined {
  if (clock.hour > 12) return undefined;
  const hour = (clock.hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
  return { ...clock, hour };
}
