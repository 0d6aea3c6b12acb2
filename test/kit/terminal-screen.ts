import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const MAIN = new URL('../../../packages/twinport/dist/cli/main.js', import.meta.url).pathname;
const run = promisify(execFile);
const POLL_MS = 40;
const LIMIT_MS = 20_000;
const COLUMNS = 80;
const ROWS = 24;

/** Says what it ended with, and stays so that this can be read. */
const WRAPPER = '"$@"; printf "\\nended with %s\\n" "$?"; exec sleep 600';

let made = 0;

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** A program, by default `twinport`, in a real terminal, tmux's: keys go in, and the screen can be looked at. */
export class TerminalScreen {
  readonly #socket = `twinport-test-${process.pid}-${++made}`;

  private constructor(test: { after(done: () => Promise<void>): void }) {
    test.after(async () => {
      try {
        await this.#tmux('kill-server');
      } catch {
        // it has ended by itself
      }
    });
  }

  static async start(
    test: { after(done: () => Promise<void>): void },
    args: readonly string[],
    options: TerminalOptions,
  ): Promise<TerminalScreen> {
    return await TerminalScreen.startProgram(test, [process.execPath, MAIN, ...args], options);
  }

  static async startProgram(
    test: { after(done: () => Promise<void>): void },
    program: readonly string[],
    { cwd, env = {}, columns = COLUMNS }: TerminalOptions,
  ): Promise<TerminalScreen> {
    const terminal = new TerminalScreen(test);
    const settings = Object.entries({ HOME: cwd, ...env }).map(([name, value]) => `${name}=${value}`);
    const session = ['new-session', '-d', '-x', String(columns), '-y', String(ROWS), '-c', cwd];
    const wrapped = ['env', '-u', 'NO_COLOR', ...settings, 'sh', '-c', WRAPPER, 'sh', ...program];
    await terminal.#tmux('-f', '/dev/null', '-u', ...session, ...wrapped);
    return terminal;
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await run('tmux', ['-L', this.#socket, ...args])).stdout;
  }

  /** Keys by tmux's names: `Enter`, `Tab`, `C-c`, `Up`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** A line and Enter. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press('Enter');
  }

  /** The screen as text; with escapes as colours are written. */
  async screen({ escapes = false } = {}): Promise<string> {
    const text = await this.#tmux('capture-pane', '-p', ...(escapes ? ['-e'] : []));
    return text.trimEnd();
  }

  /** Resolves with the screen once it matches. */
  async shows(pattern: RegExp): Promise<string> {
    const until = Date.now() + LIMIT_MS;
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      if (Date.now() > until) assert.fail(`the screen never showed ${String(pattern)}:\n${screen}`);
      await delay(POLL_MS);
    }
  }
}
