import type { DirectAttributes, DirectoryCalls } from '@twinport/ftp/server';
import { addressOf, checked, lastFailure, libc, systemError } from './libc.js';

const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BTIME = 0x800;
const NAMES_AT_ONCE = 64 * 1024;

// struct linux_dirent64
const RECORD_LENGTH_AT = 16;
const NAME_AT = 19;
const ALIGNMENT = 8;

const records = Buffer.alloc(NAMES_AT_ONCE);
/** A name with the zero after it; those of a directory have 255 octets at most. */
const terminated = new Uint8Array(1024);
const found = new Uint32Array(64);
// Of memory that never moves: numbers are passed in half the time that it takes to look into an array.
const [terminatedAt, foundAt] = [addressOf(terminated), addressOf(found)];

/** The last answer of statx(2). In words of struct statx: two of them are one number of 64 bits. */
const attributes: DirectAttributes = {
  get mode() {
    return word(7) & 0xffff;
  },
  get nlink() {
    return word(4);
  },
  get uid() {
    return word(5);
  },
  get gid() {
    return word(6);
  },
  get ino() {
    const number = long(8);
    return number <= Number.MAX_SAFE_INTEGER ? number : (BigInt(word(9)) << 32n) | BigInt(word(8));
  },
  get size() {
    return long(10);
  },
  get birthtimeMs() {
    return milliseconds(20);
  },
  get mtimeMs() {
    return milliseconds(28);
  },
  get dev() {
    return deviceNumber(word(34), word(35));
  },
};

function word(index: number): number {
  return found[index] ?? 0;
}

function long(index: number): number {
  return word(index) + word(index + 1) * 2 ** 32;
}

/** struct statx_timestamp: signed seconds, nanoseconds. */
function milliseconds(index: number): number {
  return (word(index) + (word(index + 1) | 0) * 2 ** 32) * 1000 + word(index + 2) / 1e6;
}

/** As stat(2) has it in one number: makedev(3). */
function deviceNumber(major: number, minor: number): number {
  return (major & 0xfff) * 2 ** 8 + (minor & 0xff) + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;
}

const { getdents64, statx } = libc;

/** Undefined where the C library has no such functions. */
export const directories: DirectoryCalls | undefined =
  getdents64 && statx
    ? {
        readNames: (directory) => namesIn(checked('getdents64', getdents64(directory, records, records.length))),
        attributesIn(directory, name) {
          terminate(name);
          const mask = STATX_BASIC_STATS | STATX_BTIME;
          return statx(directory, terminatedAt, AT_SYMLINK_NOFOLLOW, mask, foundAt) === 0
            ? attributes
            : unlessMissing();
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

function unlessMissing(): undefined {
  const failed = lastFailure('statx');
  if (failed.code !== 'ENOENT') throw systemError(failed);
}
