import { addressOf, checked, lastFailure, libc, systemError } from './libc.js';
import { STATX_WORDS, keep } from './statx-attributes.js';

const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BTIME = 0x800;
const NAMES_AT_ONCE = 32 * 1024;

// struct linux_dirent64
const RECORD_LENGTH_AT = 16;
const NAME_AT = 19;
const ALIGNMENT = 8;

const records = Buffer.alloc(NAMES_AT_ONCE);
/** A name with the zero after it; those of a directory have 255 octets at most. */
const terminated = new Uint8Array(1024);
const found = new Uint32Array(STATX_WORDS);
// Of memory that never moves: numbers are passed in half the time that it takes to look into an array.
const [terminatedAt, foundAt] = [addressOf(terminated), addressOf(found)];

const { getdents64, statx } = libc;

/** What reads a directory by its descriptor. Names are octets as characters. */
export interface Directories {
  /** As many as the kernel gives at once, but `.` and `..`; undefined at the end. */
  readonly readNames: (directory: number) => string[] | undefined;
  /** Puts the attributes of a name, links not followed, at a word of `into`. False where nothing has that name. */
  readonly readAttributes: (directory: number, name: string, into: Uint32Array, start: number) => boolean;
}

/** Undefined where the C library has no such functions. */
export const directories: Directories | undefined =
  getdents64 && statx
    ? {
        readNames: (directory) => namesIn(checked('getdents64', getdents64(directory, records, records.length))),
        readAttributes(directory, name, into, start) {
          terminate(name);
          const mask = STATX_BASIC_STATS | STATX_BTIME;
          if (statx(directory, terminatedAt, AT_SYMLINK_NOFOLLOW, mask, foundAt) !== 0) return isThere();
          keep(found, into, start);
          return true;
        },
      }
    : undefined;

/** The names in `length` octets of records. */
function namesIn(length: number): string[] | undefined {
  if (length === 0) return undefined;
  const names: string[] = [];
  for (let next, at = 0; at < length; at = next) {
    next = at + records.readUInt16LE(at + RECORD_LENGTH_AT);
    // The zero after the name is among the octets that align the record; behind it may be anything.
    const end = records.indexOf(0, Math.max(at + NAME_AT, next - ALIGNMENT));
    const name = records.toString('latin1', at + NAME_AT, end);
    if (name !== '.' && name !== '..') names.push(name);
  }
  return names;
}

/** By hand, since `write` of a Buffer takes longer for so few octets. */
function terminate(name: string): void {
  const { length } = name;
  for (let index = 0; index < length; index += 1) terminated[index] = name.charCodeAt(index);
  terminated[length] = 0;
}

function isThere(): false {
  const failed = lastFailure('statx');
  if (failed.code !== 'ENOENT') throw systemError(failed);
  return false;
}
