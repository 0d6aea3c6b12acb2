import type { EntryType } from '../entry.js';

/** The letter before the permissions. Cray's `m` and `M` are files on tape; `e` is an external link of z/OS; `D` and `P` are Solaris's. */
const TYPES: Readonly<Record<string, EntryType>> = {
  '-': 'file',
  m: 'file',
  M: 'file',
  d: 'directory',
  l: 'link',
  e: 'link',
  b: 'other',
  c: 'other',
  p: 'other',
  s: 'other',
  n: 'other',
  w: 'other',
  D: 'other',
  P: 'other',
  C: 'other',
  '?': 'other',
};

const PERMISSIONS_LENGTH = 10;
/** What each of the three letters of a triad may be; `?` when the server may not look. */
const LETTERS = ['r-?', 'w-?', 'x-sStTlL?'] as const;

export function typeOfLetter(letter: string): EntryType | undefined {
  return Object.hasOwn(TYPES, letter) ? TYPES[letter] : undefined;
}

/** Whether `drwxr-xr-x`, or the like, stands there. */
export function hasPermissions(line: string, at: number): boolean {
  if (line.length < at + PERMISSIONS_LENGTH || typeOfLetter(line.charAt(at)) === undefined) return false;
  for (let index = 0; index < 9; index += 1) {
    if (!(LETTERS[index % 3] ?? '').includes(line.charAt(at + 1 + index))) return false;
  }
  return true;
}

/** Where the permissions end: after a mark for access lists (`+`), labels (`.`) or attributes (`@`), if there is one. */
export function endOfPermissions(line: string, at: number): number {
  const end = at + PERMISSIONS_LENGTH;
  return '+.@-'.includes(line.charAt(end) || ' ') ? end + 1 : end;
}

/** The bits of `rwsr-x--T`; undefined when any of them is `?`. */
export function parseMode(line: string, at: number): number | undefined {
  let mode = 0;
  for (let index = 0; index < 9; index += 1) {
    const letter = line.charAt(at + 1 + index);
    if (letter === '?') return undefined;
    if (letter === '-') continue;
    if (!'STL'.includes(letter)) mode |= 0o400 >> index;
    if ('sStTlL'.includes(letter)) mode |= 0o4000 >> ((index - 2) / 3);
  }
  return mode;
}
