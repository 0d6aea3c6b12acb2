import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** What settings are found in beside a remote's text and the options. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Passwords are read from it, or asked for on it where it is a terminal. */
  readonly stdin: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  /** A line to the user, without its end. */
  readonly say: (message: string) => void;
  /** Without a line end: the question before a password, and what comes behind the answer. */
  readonly ask: (text: string) => void;
  /** Passwords that were asked for, read from standard input or printed by a command: once, however many remotes need them. */
  readonly known: Map<string, Promise<string>>;
}

/** This process's. */
export const OWN_SURROUNDINGS: Surroundings = {
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  say: (message) => process.stderr.write(`twinport: ${message}\n`),
  ask: (text) => process.stderr.write(text),
  known: new Map(),
};

export function homeOf(env: NodeJS.ProcessEnv): string {
  return env['HOME'] || homedir();
}

/** What `make` gives, made once for a key; made again after it failed. */
export async function remembered({ known }: Surroundings, key: string, make: () => Promise<string>): Promise<string> {
  const making = known.get(key) ?? make();
  known.set(key, making);
  try {
    return await making;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}
