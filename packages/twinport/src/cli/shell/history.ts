import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../daemon/usage-fault.js';
import { MAX_LINE_LENGTH } from './words.js';

/** Lines that are kept, in memory and, roughly, in the file. */
export const MAX_HISTORY = 1_000;
/** Octets of the file beyond which it is not read. */
const MAX_FILE = 8 * 1024 * 1024;
const PRIVATE = 0o600;

/** `$XDG_STATE_HOME/twinport/history`, by default in ~/.local/state. */
export function historyPath(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state');
  return join(state, 'twinport', 'history');
}

/** A URL with a password, or a command whose argument is one. */
export function holdsSecret(line: string): boolean {
  return (
    /:\/\/[^/\s]*:[^/\s]*@/.test(line) ||
    /\braw\b.*\b(?:PASS|ACCT)\b/i.test(line) ||
    /--(?:password|account)/.test(line)
  );
}

/** The lines that were typed, oldest first; kept from one run to the next. What cannot be read or written is no reason to stop. */
export class History {
  readonly #path: string | undefined;
  #lines: string[] = [];
  /** Why the file is not used. */
  readonly fault: string | undefined;

  /** Without a path it is forgotten at the end. */
  constructor(path?: string) {
    this.#path = path;
    if (path === undefined) return;
    try {
      this.#lines = readLines(path);
    } catch (error) {
      this.#path = undefined;
      this.fault = `the history ${path} is not used: ${errnoOf(error) ?? String(error)}`;
    }
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    const text = line.trim();
    if (text === '' || text === this.#lines.at(-1) || holdsSecret(text) || text.length > MAX_LINE_LENGTH) return;
    this.#lines.push(text);
    if (this.#lines.length > MAX_HISTORY) this.#lines.shift();
    if (this.#path === undefined) return;
    try {
      appendFileSync(this.#path, `${text}\n`, { mode: PRIVATE });
    } catch {
      // a full disk, say: the line is still here for this run
    }
  }
}

function readLines(path: string): string[] {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let text: string;
  try {
    if (statSync(path).size > MAX_FILE) throw new Error(`it is larger than ${MAX_FILE} octets`);
    text = readFileSync(path, 'utf8');
    chmodSync(path, PRIVATE);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    writeFileSync(path, '', { mode: PRIVATE });
    return [];
  }
  const all = text.split('\n').filter((line) => line !== '');
  const lines = all.slice(-MAX_HISTORY);
  // Shells only add to the file; whoever reads it twice as long as it should be cuts it.
  if (all.length > 2 * MAX_HISTORY) writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: PRIVATE });
  return lines;
}
