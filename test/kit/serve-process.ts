import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const MAIN = new URL('../../../packages/twinport/dist/cli/main.js', import.meta.url).pathname;

/** What tells tests what to run would be settings to it. */
const FOR_TESTS = { TWINPORT_WORKERS: undefined, TWINPORT_ZERO_COPY: undefined };

/** `twinport serve` as a user runs it. */
export class ServeProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #closed: Promise<unknown>;

  /** `wrapper` is a command that runs it elsewhere, or with fewer privileges. */
  constructor(
    test: { after(done: () => void): void },
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    wrapper: readonly string[] = [],
  ) {
    const [program = '', ...rest] = [...wrapper, process.execPath, MAIN, 'serve', ...args];
    this.child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...FOR_TESTS, ...env },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#closed = once(this.child, 'close');
    test.after(() => this.child.kill('SIGKILL'));
  }

  /** Resolves with the text of stdout once it has matched. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    return await this.#seen(pattern, 'stdout');
  }

  async logged(pattern: RegExp): Promise<RegExpExecArray> {
    return await this.#seen(pattern, 'stderr');
  }

  /** Processes that it has started and that have not ended. */
  get children(): readonly number[] {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  /** The exit code, or the signal that ended it. */
  async exit(): Promise<number | string | null> {
    await this.#closed;
    return this.child.exitCode ?? this.child.signalCode;
  }

  async #seen(pattern: RegExp, stream: 'stdout' | 'stderr'): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match) return match;
      const ended = this.child.exitCode ?? this.child.signalCode;
      if (ended !== null) throw new Error(`ended with ${ended}: ${this.stdout}${this.stderr}`);
      const source = this.child[stream];
      if (!source) throw new Error('no output to read');
      await Promise.race([once(source, 'data'), this.#closed]);
    }
  }
}
