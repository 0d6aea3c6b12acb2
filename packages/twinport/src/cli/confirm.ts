import { createInterface } from 'node:readline/promises';
import { printable } from '../daemon/printable.js';
import { UsageFault } from '../daemon/usage-fault.js';

export interface ConfirmFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Asks before something is lost. Throws UsageFault where nobody can be asked; false when the answer is no. */
export async function confirm(
  question: string,
  flags: ConfirmFlags,
  signal: AbortSignal,
  stdin: NodeJS.ReadStream = process.stdin,
): Promise<boolean> {
  if (flags.yes || flags.dryRun) return true;
  if (!stdin.isTTY)
    throw new UsageFault(`${question} Nobody can be asked, as stdin is no terminal: add --yes, or look with --dry-run`);
  const terminal = createInterface({ input: stdin, output: process.stderr });
  // On a terminal Ctrl-C comes as a key, not as a signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Pasted behind the answer: meant for whoever reads next.
  const behind: string[] = [];
  terminal.on('line', (line) => behind.push(`${line}\r`));
  try {
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${printable(question)} [y/N] `, { signal }), ended]);
    behind.push(terminal.line);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
    const rest = behind.join('');
    if (rest !== '') stdin.unshift(Buffer.from(rest));
  }
}
