import { statfsSync } from 'node:fs';

/** A call that takes longer has waited for a disk. Milliseconds. */
const SLOW_MS = 3;
/** After a slow call the threads are used for so many times as long as it took: 5 % of the event loop's time at most. */
const PAUSE_FACTOR = 20;
/** File systems that may wait for another machine or program, for ever: NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph, AFS (statfs(2)). */
const REMOTE: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x00c36400, 0x5346414f,
]);

/**
 * Short calls to the file system. As long as it answers from memory they are made synchronously, which is ten to thirty times
 * faster than through libuv's threads; on a slow or remote one they are left to the threads.
 */
export class Pace {
  readonly #clock: () => number;
  #threadsUntil: number;

  /** `clock` is in milliseconds. */
  constructor(root: string, clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#threadsUntil = isRemote(root) ? Infinity : 0;
  }

  /** The result of `now`, or of `later`, which do the same. */
  async run<Result>(now: () => Result, later: () => Promise<Result>): Promise<Result> {
    const start = this.#clock();
    if (start < this.#threadsUntil) return later();
    try {
      return now();
    } finally {
      const took = this.#clock() - start;
      if (took > SLOW_MS) this.#threadsUntil = start + took * PAUSE_FACTOR;
    }
  }
}

/** Whether the file system of a folder may wait for another machine, or is made up by a program. */
export function isRemote(root: string): boolean {
  try {
    return REMOTE.has(statfsSync(root).type);
  } catch {
    return true; // not there yet, so nothing is known of it
  }
}

/** Folders whose pace is remembered; beyond that the oldest is forgotten. */
const REMEMBERED = 1_000;
const paces = new Map<string, Pace>();

/** The pace of the file system that a folder is on. */
export function paceOf(folder: string): Pace {
  const known = paces.get(folder);
  if (known) return known;
  const pace = new Pace(folder);
  paces.set(folder, pace);
  const oldest = paces.keys().next();
  if (paces.size > REMEMBERED && !oldest.done) paces.delete(oldest.value);
  return pace;
}
