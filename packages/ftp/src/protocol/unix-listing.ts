import type { Entry } from './entry.js';
import { remembered } from './remembered.js';

/** Half a Gregorian year, as `ls` counts: an older time is shown with its year instead of the hour. */
const RECENT_MS = 15_778_476_000;
/** How far ahead of the clock a time may be and still be shown with its hour. */
const AHEAD_MS = 86_400_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The years that have four digits; a time outside of them, or no time at all, is shown as 1970. */
const YEAR_1000_MS = -30_610_224_000_000;
const YEAR_10000_MS = 253_402_300_800_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TYPE_LETTERS = { file: '-', directory: 'd', link: 'l', other: 'p' } as const;
const TRIADS = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];

/** Whether a name can stand in a listing made of lines: it is not empty and holds no CR, LF or NUL. */
export function isListable(name: string): boolean {
  return name !== '' && !name.includes('\n') && !name.includes('\r') && !name.includes('\0');
}

/**
 * One line of LIST as `ls -l` writes it, in UTC and without CRLF. Times from six months ago to a day ahead of `now` show the hour,
 * others the year. The caller leaves out entries whose name is not {@link isListable}.
 */
export function formatUnixLine(entry: Entry, now: Date): string {
  const { type, target } = entry;
  const arrow = type === 'link' && target !== undefined && isListable(target) ? ` -> ${target}` : '';
  const size = String(entry.size).padStart(12);
  const date = formatDate(entry.modified.getTime(), now.getTime());
  return `${headOf(entry)}${size}${date}${entry.name}${arrow}`;
}

type Head = Pick<Entry, 'type' | 'mode' | 'links' | 'owner' | 'group'> & { readonly text: string };
const HEADS = 64;
const heads: Head[] = [];

/** The columns before the size. Few of a directory's entries differ in them. */
function headOf({ type, mode, links, owner, group }: Entry): string {
  const slot = (mode + links) % HEADS;
  const known = heads[slot];
  if (known?.mode === mode && known.links === links && known.type === type)
    if (known.owner === owner && known.group === group) return known.text;
  const columns = [formatMode(type, mode), String(links).padStart(4), column(owner), column(group), ''];
  const text = columns.join(' ');
  heads[slot] = { type, mode, links, owner, group, text };
  return text;
}

/** Ten characters: the type's letter and `rwxr-xr-x`, with `s`, `S`, `t`, `T` for set-uid, set-gid and sticky. */
function formatMode(type: Entry['type'], mode: number): string {
  const owner = TRIADS[(mode >> 6) & 7] ?? '';
  const group = TRIADS[(mode >> 3) & 7] ?? '';
  const others = TRIADS[mode & 7] ?? '';
  const letter = TYPE_LETTERS[type];
  if ((mode & 0o7000) === 0) return letter + owner + group + others;
  return (
    letter +
    (mode & 0o4000 ? special(owner, 's') : owner) +
    (mode & 0o2000 ? special(group, 's') : group) +
    (mode & 0o1000 ? special(others, 't') : others)
  );
}

function special(triad: string, letter: string): string {
  return triad.slice(0, 2) + (triad.endsWith('x') ? letter : letter.toUpperCase());
}

/** Readers split the line at white space, so a name of an owner has none and is never empty. */
function column(text: string): string {
  return (text === '' ? '_' : text.replaceAll(/[\s\p{Cc}]/gu, '_')).padEnd(8);
}

function formatDate(modified: number, now: number): string {
  const time = modified >= YEAR_1000_MS && modified < YEAR_10000_MS ? modified : 0;
  const day = Math.floor(time / DAY_MS);
  const isRecent = time > now - RECENT_MS && time <= now + AHEAD_MS;
  return isRecent ? dayBeforeHour(day) + hourOf(Math.floor((time - day * DAY_MS) / MINUTE_MS)) : dayOfYear(day);
}

/** By days since 1970, as the next: a directory has few different ones, and formatting a date is the dearest part of a line. */
const dayBeforeHour = remembered(256, (day) => ` ${dayOf(new Date(day * DAY_MS))} `);
const dayOfYear = remembered(256, (day) => {
  const date = new Date(day * DAY_MS);
  return ` ${dayOf(date)}  ${date.getUTCFullYear()} `;
});
/** By minutes since midnight. */
const hourOf = remembered(1440, (minutes) => `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)} `);

function dayOf(date: Date): string {
  return `${MONTHS[date.getUTCMonth()] ?? ''} ${twoDigits(date.getUTCDate())}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
