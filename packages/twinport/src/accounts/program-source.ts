import { ANSWER_MS, askProgram } from './ask-program.js';
import { answerOf, questionOf } from './outside-answer.js';
import type { AccountSource } from './source.js';

export interface ProgramSourceOptions {
  /** Default {@link ANSWER_MS}; then it is killed, and the login fails. */
  readonly timeoutMs?: number;
}

/** A program that is run for each login, without a shell: the question comes on its standard input, its answer is what it prints. */
export function programSource(path: string, { timeoutMs = ANSWER_MS }: ProgramSourceOptions = {}): AccountSource {
  return {
    login: async (credentials) =>
      answerOf(await askProgram(path, [], questionOf(credentials), timeoutMs), credentials.user, path),
  };
}
