import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('load-clients-main.js', import.meta.url));
const PROCESSES = 2;

/** Many clients, in processes of their own, all logged in. */
export class LoadClients {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Resolves when all are logged in; ended with the test. */
  static async login(test: { after(done: () => void): void }, port: number, count: number): Promise<LoadClients> {
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      fork(SCRIPT, [String(port), String(Math.floor((count + index) / PROCESSES)), String(index)]),
    );
    test.after(() => {
      for (const child of children) child.kill();
    });
    await Promise.all(children.map(answerOf));
    return new LoadClients(children);
  }

  /** All list, upload and download at once. Returns what went wrong. */
  async work(): Promise<readonly string[]> {
    const answers = this.#children.map(answerOf);
    for (const child of this.#children) child.send('work');
    return (await Promise.all(answers)).flat();
  }

  /** All say goodbye. Only after `work`. */
  async quit(): Promise<void> {
    const exits = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children) child.send('quit');
    await Promise.all(exits);
  }

  /** Ends the processes without a word. */
  async kill(): Promise<void> {
    const exits = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(exits);
  }
}

/** The next message of a process; rejects when it ends first. */
async function answerOf(child: ChildProcess): Promise<readonly string[]> {
  const given = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: given.signal }).then(([code]) => {
      throw new Error(`the clients ended with ${String(code)}`);
    });
    const [answer] = (await Promise.race([once(child, 'message', { signal: given.signal }), ended])) as [
      readonly string[],
    ];
    return answer;
  } finally {
    given.abort();
  }
}
