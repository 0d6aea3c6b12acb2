import { type ExecFileException, execFile } from 'node:child_process';
import { AdministrationFault } from './administration-fault.js';

/** How long a program or a server may take to answer. */
export const ANSWER_MS = 10_000;
/** Octets of an answer. */
export const MAX_ANSWER_LENGTH = 65_536;

/** Runs a program without a shell: what it prints when it is given `question`. Throws AdministrationFault when it fails or takes too long. */
export function askProgram(
  path: string,
  args: readonly string[],
  question: string,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER_LENGTH } as const;
    const child = execFile(path, args, options, (error, stdout) => {
      if (error) reject(new AdministrationFault(`${path} did not answer: ${reasonOf(error)}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {}); // it may end without having read everything
    child.stdin?.end(question);
  });
}

/** Not the text, which has what was printed. */
function reasonOf({ code, killed, signal }: ExecFileException): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed too much';
  if (killed) return 'it took too long';
  return signal ?? (typeof code === 'number' ? `exit code ${code}` : (code ?? 'error'));
}
