import { Writable } from 'node:stream';
import type { ClientTransferEvent } from '@twinport/ftp/client';
import { printable } from '../../daemon/printable.js';
import { UsageFault } from '../../daemon/usage-fault.js';
import { formatSize } from '../amounts.js';
import { displayWidth, shortenMiddle } from '../display-width.js';
import { EXIT } from '../exit.js';
import type { ScreenStream } from '../screen.js';

/** Commands in the background at the same time. */
export const MAX_JOBS = 8;
/** Characters that a job may print until it has ended. */
const MAX_SAID = 16_384;

/** Cells of a job's command that are shown however narrow the terminal is. */
const MIN_SHOWN = 8;

/** A command that runs in the background. */
export interface Job {
  readonly number: number;
  /** As it was written. */
  readonly line: string;
  readonly abort: AbortController;
  readonly done: Promise<number>;
  readonly watch: JobWatch;
}

/** What is known of a job while it runs, and what it has said. */
export class JobWatch {
  readonly stdout: Writable;
  readonly stderr: ScreenStream = { write: (text: string) => this.#hear(text) };
  #said = '';
  readonly #files = new Map<string, ClientTransferEvent>();

  constructor() {
    this.stdout = new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        this.#hear(chunk.toString());
        done();
      },
    });
  }

  #hear(text: string): void {
    if (this.#said.length < MAX_SAID) this.#said += text;
  }

  /** Given each step of each of its transfers. */
  readonly transfer = (event: ClientTransferEvent): void => {
    if (event.state === 'done') this.#files.delete(event.path);
    else this.#files.set(event.path, event);
  };

  /** Where it stands: `3.1 MiB of 8.0 MiB, 38%, passive EPSV`. */
  progress(): string {
    const running = [...this.#files.values()];
    const [first] = running;
    const octets = running.reduce((sum, each) => sum + each.octets, 0);
    if (!first || octets === 0) return 'running';
    const total = running.reduce((sum, each) => sum + (each.total ?? Number.NaN), 0);
    const whole = Number.isNaN(total) ? '' : ` of ${formatSize(total)}`;
    const share = Number.isNaN(total) || total === 0 ? [] : [`${Math.floor((100 * octets) / total)}%`];
    const path = first.dataPath ? [`${first.dataPath.mode} ${first.dataPath.command}`] : [];
    return [`${formatSize(octets)}${whole}`, ...share, ...path].join(', ');
  }

  /** What it has said, a line each: the sum comes last. */
  get said(): readonly string[] {
    return this.#said.split('\n').filter((line) => line !== '');
  }
}

/** The commands in the background. */
export class Jobs {
  readonly #running = new Map<number, Job>();
  readonly #say: (line: string) => void;
  readonly #columns: () => number;
  readonly #codes: number[] = [];
  #next = 1;

  /** `columns`: of the terminal, Infinity where there is none. */
  constructor(say: (line: string) => void, columns: () => number) {
    this.#say = say;
    this.#columns = columns;
  }

  get running(): readonly Job[] {
    return [...this.#running.values()];
  }

  /** What the jobs ended with, and forgets it. */
  takeCodes(): readonly number[] {
    return this.#codes.splice(0);
  }

  start(line: string, work: (job: Pick<Job, 'abort' | 'watch'>) => Promise<number>): void {
    if (this.#running.size >= MAX_JOBS) throw new UsageFault(`${MAX_JOBS} jobs are running: wait for one, or kill one`);
    const number = this.#next++;
    const [abort, watch] = [new AbortController(), new JobWatch()];
    const done = this.#run(number, () => work({ abort, watch }));
    this.#running.set(number, { number, line, abort, watch, done });
    const head = `[${number}] started: `;
    this.#say(head + this.#shortened(printable(line), head));
  }

  async #run(number: number, work: () => Promise<number>): Promise<number> {
    const code = await work();
    const job = this.#running.get(number);
    this.#running.delete(number);
    if (this.#running.size === 0) this.#next = 1;
    this.#codes.push(code);
    if (job) this.#report(job, code);
    return code;
  }

  /** One line where all went well; what was wrong is worth more. */
  #report({ number, line, watch }: Job, code: number): void {
    const outcome = code === EXIT.ok ? 'done' : code === EXIT.interrupted ? 'stopped' : `failed (${code})`;
    const { said } = watch;
    const last = said.at(-1);
    const sum = code === EXIT.ok && last !== undefined ? `: ${last}` : '';
    this.#say(`[${number}] ${outcome}: ${this.#shortened(printable(line), `[${number}] ${outcome}: ${sum}`)}${sum}`);
    if (code !== EXIT.ok && code !== EXIT.interrupted) for (const each of said) this.#say(`    ${each}`);
  }

  /** What there is room for beside `rest`: a line of its own is what matters. */
  #shortened(line: string, rest: string): string {
    return shortenMiddle(line, Math.max(MIN_SHOWN, this.#columns() - 1 - displayWidth(rest)));
  }

  /** Throws UsageFault where there is none of that number. */
  find(text: string): Job {
    const job = this.#running.get(Number(text.replace(/^%/, '')));
    if (!job) throw new UsageFault(`there is no job ${text}; jobs lists them`);
    return job;
  }

  stopAll(): void {
    for (const { abort } of this.#running.values()) abort.abort(new Error('the shell ends'));
  }

  async ended(): Promise<void> {
    await Promise.all(this.running.map(({ done }) => done));
  }

  /** A line for each. */
  lines(): readonly string[] {
    return this.running.map(
      ({ number, line, watch, abort }) =>
        `[${number}] ${abort.signal.aborted ? 'stopping' : watch.progress()}  ${printable(line)}`,
    );
  }
}
