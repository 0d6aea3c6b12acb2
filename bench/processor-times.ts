import { readFileSync, readdirSync } from 'node:fs';

/** Of /proc/PID/stat, on every Linux that Node.js runs on. */
const TICKS_A_SECOND = 100;

interface Times {
  readonly parent: number;
  /** Seconds of the process itself. */
  readonly own: number;
  /** Of those that it has waited for. */
  readonly children: number;
}

/** By process. */
export type ProcessorTimes = ReadonlyMap<number, Times>;

export function processorTimesOf(pids: readonly number[]): ProcessorTimes {
  return new Map(pids.flatMap((pid) => entryOf(pid)));
}

/**
 * Seconds that the processes have used in between, user and system. What an ended child has used counts with the parent
 * that has waited for it, less what it had used before.
 */
export function secondsBetween(before: ProcessorTimes, after: ProcessorTimes): number {
  const ended = [...before].filter(([pid]) => !after.has(pid)).map(([, times]) => times);
  return [...after].reduce((sum, [pid, { own, children }]) => {
    const then = before.get(pid);
    const older = ended
      .filter(({ parent }) => parent === pid)
      .reduce((used, each) => used + each.own + each.children, 0);
    const ofChildren = Math.max(0, children - (then?.children ?? 0) - older);
    return sum + own - (then?.own ?? 0) + ofChildren;
  }, 0);
}

function entryOf(pid: number): readonly (readonly [number, Times])[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: state, parent, and from the 12th on utime, stime, cutime and cstime.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    const own = secondsOfThreads(pid) ?? (user + system) / TICKS_A_SECOND;
    return [[pid, { parent: fields[1] ?? 0, own, children: (childrenUser + childrenSystem) / TICKS_A_SECOND }]];
  } catch {
    return []; // it has ended
  }
}

/** To the nanosecond; undefined where the kernel keeps no such account. */
function secondsOfThreads(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9)
      .reduce((sum, each) => sum + each, 0);
  } catch {
    return undefined;
  }
}
