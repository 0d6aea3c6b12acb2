import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PYTHON } from './contestants.js';

const generator = fileURLToPath(new URL('../generator', import.meta.url));
const LONGEST_MS = 120_000;

/** What the generator prints; a measure knows which of them it has. */
export interface Generated {
  /** The server does not know the command. */
  readonly unable?: boolean;
  readonly value?: number;
  readonly octets?: number;
  readonly units?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly sessions?: number;
}

export interface Load {
  readonly measure: string;
  readonly port: number;
  readonly options: Readonly<Record<string, string | number>>;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
}

/** Called while the generator has its sessions: before it works, and when it has. */
export interface Watch<Before> {
  before(): Before;
  after(generated: Generated, before: Before): number[];
}

/** Runs the load generator once. Rejects with what it says when it fails. */
export async function generate<Before>(load: Load, watch: Watch<Before>): Promise<readonly number[] | undefined> {
  load.stop.throwIfAborted();
  const given = Object.entries(load.options).map(([key, value]) => `${key}=${value}`);
  const child = spawn(PYTHON, [generator, load.measure, String(load.port), ...given], {
    stdio: 'pipe',
    env: { ...process.env, ...load.env, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: LONGEST_MS,
    signal: load.stop,
  });
  const ended = endOf(child);
  child.stdin.on('error', () => {}); // it has failed, and says why
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => (await lines.next()).value ?? (await ended.then(endedEarly));
    await next();
    const before = watch.before();
    child.stdin.write('\n');
    const generated = JSON.parse(await next()) as Generated;
    return generated.unable === true ? undefined : watch.after(generated, before);
  } finally {
    child.stdin.end();
    await ended;
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    await once(child, 'close');
  } catch (error) {
    return String(error); // it was stopped, or could not be started
  }
  return said.trim();
}

function endedEarly(said: string): never {
  throw new Error(said || 'the load generator ended without a word');
}
