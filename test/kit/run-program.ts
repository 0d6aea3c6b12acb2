import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Then the program is killed, which is a failure. Default 60,000. */
  readonly timeoutMs?: number;
}

/** What the program wrote to stdout. Rejects with all it said when it fails, is killed, or outlives the time limit. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const child = spawn(program, args, {
    env: { ...process.env, ...options.env },
    stdio: 'pipe',
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  child.stdin.on('error', () => {}); // it may end without having read everything
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`));
  });
  const [outcome, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  if (outcome === 'exit code 0') return stdout;
  throw new Error([`${program}: ${outcome}`, args.join(' '), stdout.toString(), stderr.toString()].join('\n'));
}
