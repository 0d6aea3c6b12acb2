import { type ExecFileException, execFile } from 'node:child_process';
import { AdministrationFault } from './administration-fault.js';
import { MAX_ANSWER_LENGTH, answerOf, questionOf } from './outside-answer.js';
import type { AccountSource } from './source.js';

/** How long a program or a server may take to answer. */
export const ANSWER_MS = 10_000;

export interface ProgramSourceOptions {
  /** Default {@link ANSWER_MS}; then it is killed, and the login fails. */
  readonly timeoutMs?: number;
}

/** A program that is run for each login, without a shell: the question comes on its standard input, its answer is what it prints. */
export function programSource(path: string, { timeoutMs = ANSWER_MS }: ProgramSourceOptions = {}): AccountSource {
  return {
    login: async (credentials) => answerOf(await run(path, questionOf(credentials), timeoutMs), credentials.user, path),
  };
}

function run(path: string, question: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER_LENGTH } as const;
    const child = execFile(path, [], options, (error, stdout) => {
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
