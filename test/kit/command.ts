import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { MAIN } from './cli-process.js';
import { temporaryFolder } from './temporary-folder.js';

/** One of our commands, run in a folder of its own. */
export class Command {
  readonly folder: string;
  readonly #words: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  protected constructor(folder: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.folder = folder;
    this.#words = words;
    this.#env = env;
  }

  static async in(t: TestContext, ...words: string[]): Promise<Command> {
    return new Command(await temporaryFolder(t), words);
  }

  run(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...this.#words, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.#env },
      input,
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    });
    return { code: status, stdout, stderr };
  }

  /** What it prints. */
  done(args: readonly string[], input = ''): string {
    const { code, stdout, stderr } = this.run(args, input);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  /** It prints nothing, and says so in one line. */
  refused(args: readonly string[], message: RegExp, input = ''): void {
    const { code, stdout, stderr } = this.run(args, input);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
    assert.match(stderr, /^twinport: [^\n]*\n$/, 'one line');
  }
}
