import { type Fields, isDigits } from './fields.js';
import type { ListedTime } from './listed-entry.js';
import type { ListingContext } from './listing-format.js';
import { type Clock, fullYear, parseClock, recentTime, serverTime, zonedTime } from './listed-time.js';
import { weekdays } from './month-table.js';
import { parseMonth } from './month.js';

/** A date found in a line: the number of the last word of it, and the time, unless no calendar has it (30 February). */
export interface FoundDate {
  readonly last: number;
  readonly time: ListedTime | undefined;
}

/** Reads the date that begins at a word, in any form that `ls` writes; undefined when there is none. */
export function findDate(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const first = fields.text(at);
  const code = first.charCodeAt(0);
  if (!(code >= 0x30 && code <= 0x39)) {
    const month = parseMonth(first);
    if (month !== undefined) return monthFirst(fields, at, month, context);
    return weekdays.has(first) ? findDate(fields, at + 1, context) : undefined;
  }
  if (first.length <= 3) {
    const found = dayFirst(fields, at, context);
    if (found !== undefined) return found;
  }
  return numeric(fields, at, context) ?? counted(fields, at, context) ?? twoNumbers(fields, at, context);
}

/**
 * A date whose month has a name of no language that is known, as `xyz 2 03:04` or `2 xyz 2024`: it has its place in the line,
 * but no time.
 */
export function findForeignDate(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const [first, second] = [fields.text(at), fields.text(at + 1)];
  const day = WORD.test(first) ? second : WORD.test(second) ? first : '';
  const found = parseDay(day) === undefined ? undefined : yearOrClock(fields, at + 2, 1, 1, context);
  return found === undefined ? undefined : { last: found.last, time: undefined };
}

const WORD = /^[^\d\s]{2,16}$/;

/** `Jan 02 03:04`, `Jan  2  2024`, `Jan. 2 03:04:05 2024`, `Jan 02, 2024 03:04`. */
function monthFirst(fields: Fields, at: number, month: number, context: ListingContext): FoundDate | undefined {
  const word = fields.text(at + 1);
  const day = parseDay(word);
  if (day === undefined) return undefined;
  const year = word.endsWith(',') ? fields.text(at + 2) : '';
  if (year.length === 4 && isDigits(year)) {
    return dayAndClock(fields, at + 2, [Number(year), month, day], parseClock(fields.text(at + 3)), context);
  }
  return yearOrClock(fields, at + 2, month, day, context);
}

/** `2 Jan 03:04`, `2. Jan 2024`. */
function dayFirst(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const day = parseDay(fields.text(at));
  const month = day === undefined ? undefined : parseMonth(fields.text(at + 1));
  if (day === undefined || month === undefined) return undefined;
  return yearOrClock(fields, at + 2, month, day, context);
}

function parseDay(word: string): number | undefined {
  const last = word.charCodeAt(word.length - 1);
  const digits = last === 0x2e || last === 0x2c ? word.slice(0, -1) : word;
  return digits.length <= 2 && isDigits(digits) ? Number(digits) : undefined;
}

/** A day of the year is followed by its hour when it is recent, by its year otherwise; by both only if the hour has seconds. */
function yearOrClock(
  fields: Fields,
  at: number,
  month: number,
  day: number,
  context: ListingContext,
): FoundDate | undefined {
  const word = fields.text(at);
  if (word.length === 4 && isDigits(word)) return { last: at, time: serverTime(context, Number(word), month, day) };
  const clock = parseClock(word);
  if (clock === undefined) return undefined;
  const next = fields.text(at + 1);
  if (clock.second === undefined || next.length !== 4 || !isDigits(next) || fields.after(at + 1) === '') {
    return { last: at, time: recentTime(context, month, day, clock) };
  }
  return { last: at + 1, time: serverTime(context, Number(next), month, day, clock) };
}

const YEAR_FIRST = /^(\d{4})[-/.](\d\d?)[-/.](\d\d?)\.?$/;
const YEAR_LAST = /^(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)\.?$/;
const NAMED_MONTH = /^(\d\d?)-([^\d\s-]{3,5})-(\d{4}|\d\d)$/;
const MONTH_AND_DAY = /^(\d\d)-(\d\d)$/;
const ZONE = /^([+-])(\d\d):?(\d\d)$/;

/** `2024-01-02`, `2024-01-02 03:04`, `2024-01-02 03:04:05.000 +0100`, `2024/01/02`, `02.01.2024`, `01-02 03:04`, `01-02 2024`. */
function numeric(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const word = fields.text(at);
  const clock = parseClock(fields.text(at + 1));
  const short = MONTH_AND_DAY.exec(word);
  if (short !== null) return yearOrClock(fields, at + 1, Number(short[1]), Number(short[2]), context);
  const date = wholeDate(word);
  return date === undefined ? undefined : dayAndClock(fields, at, date, clock, context);
}

/** Of a month that there is not, so that no time comes of it. */
const UNKNOWN_MONTH = 0;

/** Year, month and day. With the year at the end dots put the day first; with dashes and slashes only one that is beyond 12 tells. */
function wholeDate(word: string): readonly [number, number, number] | undefined {
  const first = YEAR_FIRST.exec(word);
  if (first !== null) return [Number(first[1]), Number(first[2]), Number(first[3])];
  const named = NAMED_MONTH.exec(word);
  if (named !== null) return [fullYear(named[3] ?? ''), parseMonth(named[2] ?? '') ?? UNKNOWN_MONTH, Number(named[1])];
  const last = YEAR_LAST.exec(word);
  if (last === null) return undefined;
  const [one, two, year] = [Number(last[1]), Number(last[3]), fullYear(last[4] ?? '')];
  if (last[2] === '.' || one > 12) return [year, two, one];
  return [year, two > 12 || one === two ? one : UNKNOWN_MONTH, two];
}

/** The clock and the zone, if there are any, after the day; a name follows in any case. */
function dayAndClock(
  fields: Fields,
  at: number,
  [year, month, day]: readonly [number, number, number],
  clock: Clock | undefined,
  context: ListingContext,
): FoundDate {
  if (clock === undefined || fields.after(at + 1) === '') {
    return { last: at, time: serverTime(context, year, month, day) };
  }
  const zone = clock.second === undefined ? null : ZONE.exec(fields.text(at + 2));
  if (zone === null || fields.after(at + 2) === '') {
    return { last: at + 1, time: serverTime(context, year, month, day, clock) };
  }
  const minutes = (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === '-' ? -1 : 1);
  return { last: at + 2, time: zonedTime(minutes, year, month, day, clock) };
}

/** `1 2 03:04`: the month as a number. */
function twoNumbers(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const [month, day] = [fields.text(at), fields.text(at + 1)];
  if (month.length > 2 || day.length > 2 || !isDigits(month) || !isDigits(day)) return undefined;
  return fields.text(at + 2).includes(':')
    ? yearOrClock(fields, at + 2, Number(month), Number(day), context)
    : undefined;
}

/** A number and the word for year, month or day behind it, in whatever encoding: `1月`, `2日`, `2024년`. The year's may end in ASCII. */
const COUNTED_YEAR = /^(\d{4})[^\0-\x7f]{1,4}[A-Z]?$/;
const COUNTED = /^(\d\d?)[^\0-\x7f]{1,4}$/;
const COUNTED_TWICE = /^(\d\d?)[^\0-\x7f]{1,4}(\d\d?)[^\0-\x7f]{1,4}$/;
const COUNTED_THRICE = /^(\d{4})[^\0-\x7f]{1,4}[A-Z]?(\d\d?)[^\0-\x7f]{1,4}(\d\d?)[^\0-\x7f]{1,4}$/;

/** `1月 2 03:04`, `1月2日 2024`, `2024年1月2日 03:04`, `1월  2일 2024년`. */
function counted(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const word = fields.text(at);
  const whole = COUNTED_THRICE.exec(word);
  if (whole !== null) {
    const date = [Number(whole[1]), Number(whole[2]), Number(whole[3])] as const;
    return dayAndClock(fields, at, date, parseClock(fields.text(at + 1)), context);
  }
  if (COUNTED_YEAR.test(word) || (word.length === 4 && isDigits(word))) return afterYear(fields, at, context);
  const date = monthAndDay(fields, at);
  if (date === undefined) return undefined;
  const year = COUNTED_YEAR.exec(fields.text(date.last + 1));
  if (year === null) return yearOrClock(fields, date.last + 1, date.month, date.day, context);
  return { last: date.last + 1, time: serverTime(context, Number(year[1]), date.month, date.day) };
}

function afterYear(fields: Fields, at: number, context: ListingContext): FoundDate | undefined {
  const date = monthAndDay(fields, at + 1);
  if (date === undefined) return undefined;
  const year = Number(fields.text(at).slice(0, 4));
  const found = dayAndClock(
    fields,
    date.last,
    [year, date.month, date.day],
    parseClock(fields.text(date.last + 1)),
    context,
  );
  return found;
}

/** `1月2日` in one word, or `1月 2` or `1月 2日` in two. */
function monthAndDay(fields: Fields, at: number): { month: number; day: number; last: number } | undefined {
  const word = fields.text(at);
  const both = COUNTED_TWICE.exec(word);
  if (both !== null) return { month: Number(both[1]), day: Number(both[2]), last: at };
  const month = COUNTED.exec(word);
  if (month === null) return undefined;
  const next = fields.text(at + 1);
  const day = COUNTED.exec(next)?.[1] ?? (next.length <= 2 && isDigits(next) ? next : undefined);
  return day === undefined ? undefined : { month: Number(month[1]), day: Number(day), last: at + 1 };
}
