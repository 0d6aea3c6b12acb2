import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { EXIT } from '../exit.js';

/** Runs a program of this machine on our terminal; in a script it has no input, which holds the script. Rejects when there is none. */
export async function runLocal(program: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const input = process.stdin.isTTY ? 'inherit' : 'ignore';
  const child = spawn(program, args, { stdio: [input, 'inherit', 'inherit'] });
  // On a terminal Ctrl-C reaches it too, and it may do with it what it likes.
  const stop = (): void => void (process.stdin.isTTY || child.kill('SIGINT'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(child, 'close');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const { exitCode, signalCode } = child;
  return exitCode ?? (signalCode ? 128 + constants.signals[signalCode] : EXIT.other);
}
