import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Host } from './network.js';

interface Question<Request> {
  readonly id: number;
  readonly request: Request;
}
type Answer<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly fault: string };

/** A program of ours that runs on a host of a network, and does there what it is asked to. It never outlives this process. */
export class Agent<Request extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer<never>) => void>();
  #questions = 0;
  #ended: string | undefined;

  /** `program` is a module beside this one. `until` ends it. */
  constructor(host: Host, program: string, until: AbortSignal) {
    const [execPath = '', ...words] = host.wrapper;
    const path = fileURLToPath(new URL(program, import.meta.url));
    const execArgv = [...words, process.execPath];
    this.#child = fork(path, [], { execPath, execArgv, signal: until, killSignal: 'SIGKILL' });
    this.#child.on('message', (answer: Answer<never>) => this.#waiting.get(answer.id)?.(answer));
    this.#child.once('close', (code, signal) => this.#end(`${path} has ended: ${signal ?? code}`));
    // Each question that it cannot be sent is one.
    this.#child.on('error', (error) => this.#end(error.message));
  }

  /** Rejects with what went wrong there. */
  ask<Result>(request: Request): Promise<Result> {
    const id = (this.#questions += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer: Answer<Result>) => {
        this.#waiting.delete(id);
        if ('fault' in answer) reject(new Error(answer.fault));
        else resolve(answer.result);
      });
      if (this.#ended === undefined) this.#child.send({ id, request } satisfies Question<Request>);
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

/** The other side: answers every question, several at a time, until the asking process is gone. */
export function answerQuestions(answer: (request: never) => Promise<unknown>): void {
  // Ctrl-C is for the one who asks.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', ({ id, request }: Question<never>) => {
    const said = answer(request).then(
      (result): Answer<unknown> => ({ id, result }),
      (error: unknown): Answer<unknown> => ({ id, fault: error instanceof Error ? error.message : String(error) }),
    );
    void said.then((each) => process.send?.(each));
  });
}
