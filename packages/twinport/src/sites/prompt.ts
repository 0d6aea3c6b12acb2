import { FtpError } from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import type { Surroundings } from './surroundings.js';

/** Characters that are taken; what is typed beyond them is left out. */
const MAX_TYPED = 4096;
const ENDS = new Set(['\r', '\n']);
const ERASES = new Set(['\b', '\x7f']);
const KILL_LINE = '\x15';
const INTERRUPT = '\x03';
const END_OF_INPUT = '\x04';

/**
 * Asks on the terminal that standard input is, without echo. Throws FtpError ABORTED on Ctrl-C, UsageFault on Ctrl-D and
 * where standard input is no terminal.
 */
export async function askSecret(question: string, { stdin, ask }: Surroundings): Promise<string> {
  if (!stdin.isTTY || !stdin.setRawMode) throw new UsageFault('standard input is no terminal to ask on');
  // Before the question, so that nothing typed after it is shown.
  stdin.setRawMode(true);
  try {
    ask(question);
    return await readSecret(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    ask('\n');
  }
}

function readSecret(stdin: Surroundings['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  const typed: string[] = [];
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      stdin.off('data', take).off('end', ended).off('error', failed);
      end();
    };
    const failed = (error: Error): void => settle(() => reject(error));
    const ended = (): void => failed(new UsageFault('no password was typed'));
    const take = (chunk: Buffer): void => {
      for (const key of decoder.decode(chunk, { stream: true })) {
        if (ENDS.has(key)) return settle(() => resolve(typed.join('')));
        if (key === END_OF_INPUT) return ended();
        if (key === INTERRUPT) return failed(new FtpError('ABORTED', 'interrupted', { phase: 'usage' }));
        edit(typed, key);
      }
    };
    stdin.on('data', take).on('end', ended).on('error', failed);
    stdin.resume();
  });
}

function edit(typed: string[], key: string): void {
  if (ERASES.has(key)) typed.pop();
  else if (key === KILL_LINE) typed.length = 0;
  else if (key >= ' ' && typed.length < MAX_TYPED) typed.push(key);
}
