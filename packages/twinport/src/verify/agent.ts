import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Host } from './network.js';

/** What an agent is asked, and what it answers: a result, or why there is none. */
export interface Question {
  readonly id: number;
  readonly request: object;
}
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly fault?: string;
}

/** A program of ours that runs on a host of a network, and does there what it is asked to. It never outlives this process. */
export class Agent<Request extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #questions = 0;
  #ended: string | undefined;

  /** `program` is a module beside this one. The signal ends it. */
  constructor(host: Host, program: string, signal: AbortSignal) {
    const [execPath = '', ...words] = host.wrapper;
    const path = fileURLToPath(new URL(program, import.meta.url));
    this.#child = fork(path, [], { execPath, execArgv: [...words, process.execPath], signal, killSignal: 'SIGKILL' });
    this.#child.on('message', (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    this.#child.once('close', (code, signal) => this.#end(`${path} has ended: ${signal ?? code}`));
    this.#child.once('error', (error) => this.#end(error.message));
  }

  /** Rejects with what went wrong there. */
  ask<Result>(request: Request): Promise<Result> {
    const id = (this.#questions += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, fault }) => {
        this.#waiting.delete(id);
        if (fault === undefined) resolve(result as Result);
        else reject(new Error(fault));
      });
      if (this.#ended === undefined) this.#child.send({ id, request } satisfies Question);
      else this.#end(this.#ended);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }

  #end(why: string): void {
    this.#ended = why;
    for (const [id, answer] of this.#waiting) answer({ id, fault: why });
  }
}

/** The other side: answers every question by `answer`, several at a time, until the asking process is gone. */
export function answerQuestions(answer: (request: object) => Promise<unknown>): void {
  // Ctrl-C is for the one who asks.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, request }: Question) => {
    const said = await answer(request).then(
      (result): Answer => ({ id, result }),
      (error: unknown): Answer => ({ id, fault: error instanceof Error ? error.message : String(error) }),
    );
    process.send?.(said);
  });
}
