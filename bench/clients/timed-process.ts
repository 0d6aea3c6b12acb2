import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Job, LONGEST_MS, type Sample } from './contract.js';

/** What a process took from its start to its end, and what it wrote to stderr. */
export interface TimedProcess extends Sample {
  readonly said: string;
}

/** bash's `time`, in seconds; the last line of stderr. */
const SCRIPT = 'TIMEFORMAT=$\'\\n%3R %3U %3S\'; time "$@"';
const LOGINS = 3;
const MAX_SAID = 64 * 1024;

/** Runs a program whose stdout goes nowhere. Rejects unless it ends with 0; at the signal it is killed with all below it. */
export async function timeProcess(command: string, args: readonly string[], stop: AbortSignal): Promise<TimedProcess> {
  stop.throwIfAborted();
  const child = spawn('bash', ['-c', SCRIPT, 'bash', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a group of its own, to be killed as one
  });
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  stop.addEventListener('abort', kill, { once: true });
  const late = setTimeout(kill, LONGEST_MS);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-MAX_SAID)));
  try {
    const [code] = await once(child, 'close');
    const [times = '', ...lines] = text.trimEnd().split('\n').toReversed();
    const said = lines.toReversed().join('\n').trim();
    if (code === null) throw new Error(`${command} was ended: it takes at most ${LONGEST_MS} ms`);
    if (code !== 0) throw new Error(said || `${command} ended with ${String(code)}`);
    const [seconds = 0, user = 0, system = 0] = times.split(' ').map(Number);
    return { seconds, cpuSeconds: user + system, said };
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', kill);
  }
}

interface Commands {
  readonly command: string;
  /** Does the work. */
  readonly work: readonly string[];
  /** Only logs in. */
  readonly login: readonly string[];
}

/** What the work takes beyond logging in. Rejects where there is no telling them apart. */
export async function timeWork(
  { command, work, login }: Commands,
  { rough }: Pick<Job, 'rough'>,
  stop: AbortSignal,
): Promise<TimedProcess> {
  if (rough) return timeProcess(command, work, stop);
  const before = await timeLogin(command, login, stop);
  const whole = await timeProcess(command, work, stop);
  const seconds = whole.seconds - before.seconds;
  if (seconds <= 0) throw new Error('it took no longer than logging in: take more');
  return { ...whole, seconds, cpuSeconds: Math.max(0, whole.cpuSeconds - before.cpuSeconds) };
}

/** The quickest of a few runs: one that the machine held up would make the work look quicker than it was. */
async function timeLogin(command: string, args: readonly string[], stop: AbortSignal): Promise<Sample> {
  const runs: Sample[] = [];
  while (runs.length < LOGINS) runs.push(await timeProcess(command, args, stop));
  return runs.reduce((best, each) => (each.seconds < best.seconds ? each : best));
}

/** Why a program cannot be run. */
export function missingProgram(name: string): string | undefined {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
  return found ? undefined : `${name} is not installed`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not in this folder
  }
}
