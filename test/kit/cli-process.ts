import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

export const MAIN = new URL('../../../packages/twinport/dist/cli/main.js', import.meta.url).pathname;

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: nothing, and its end. */
  readonly stdin?: string | Uint8Array;
}

export interface CliResult {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `twinport` as a user runs it, without the settings of whoever runs the tests. */
export class CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #stdout: Buffer[] = [];
  stderr = '';
  readonly #closed: Promise<unknown>;

  constructor(test: { after(done: () => void): void }, args: readonly string[], options: CliOptions = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      stdio: 'pipe',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    this.child.stdin.on('error', () => {}); // it may end without having read everything
    this.child.stdin.end(options.stdin ?? '');
    this.child.stdout.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#closed = once(this.child, 'close');
    test.after(() => this.child.kill('SIGKILL'));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  /** Resolves with the match once stderr has it. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stderr);
      if (match) return match;
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      await Promise.race([once(this.child.stderr, 'data'), this.#closed]);
    }
  }

  /** What it has said and printed when it is over. */
  async end(): Promise<CliResult> {
    await this.#closed;
    return {
      code: this.child.exitCode ?? this.child.signalCode,
      stdout: this.bytes.toString(),
      stderr: this.stderr,
    };
  }
}
