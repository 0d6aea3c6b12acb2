import { type Client, type ConnectOptions, FtpError, createPool } from '@twinport/ftp/client';
import { UsageFault } from '../../daemon/usage-fault.js';
import { resolveRemote } from '../../sites/resolve.js';
import { OWN_SURROUNDINGS } from '../../sites/surroundings.js';
import { errorLines } from '../error-text.js';
import { exitCodeOf } from '../exit-code.js';
import { EXIT } from '../exit.js';
import { DEFAULT_PARALLEL, type SharedFlags } from '../shared-flags.js';
import { type Paint, paintFor } from '../style.js';
import { type JobWatch, Jobs } from './jobs.js';
import { OpenServer } from './open-server.js';
import { CLOSED_PROMPT, promptText } from './prompt-text.js';
import { quoteWord, type Order, parseLine } from './words.js';
import type { Verb } from './verb.js';
import { findVerb } from './verb-table.js';

/** What a job's command runs with in place of the shell's own. */
interface RunningJob {
  readonly client: Client;
  readonly watch: JobWatch;
}

/** One shell: the server that is open, the jobs, and how a line is run. It reads nothing: a terminal or a script gives it lines. */
export class Shell {
  readonly flags: SharedFlags;
  readonly jobs: Jobs;
  readonly paint: Paint;
  /** Lines that were typed, for `history`. */
  historyLines: () => readonly string[] = () => [];
  /** Set by `exit`. */
  leaving = false;
  readonly #say: (line: string) => void;
  readonly #jobs = new WeakMap<AbortSignal, RunningJob>();
  #server: OpenServer | undefined;
  #last: string | undefined;

  constructor(flags: SharedFlags, say: (line: string) => void) {
    this.flags = flags;
    this.#say = say;
    this.jobs = new Jobs(say, () => (process.stdout.isTTY ? process.stdout.columns : Infinity));
    this.paint = paintFor(process.stderr, flags, process.env);
  }

  say(line: string): void {
    this.#say(line);
  }

  /** Throws UsageFault where none is open. */
  get server(): OpenServer {
    if (!this.#server) throw new UsageFault('no server is open: open URL');
    return this.#server;
  }

  get opened(): OpenServer | undefined {
    return this.#server;
  }

  /** What was last opened, as it was written: for `open` without argument. */
  get last(): string | undefined {
    return this.#last;
  }

  jobOf(signal: AbortSignal): RunningJob | undefined {
    return this.#jobs.get(signal);
  }

  /** Given to every command: what the shell itself was told about its messages. */
  get commonOptions(): string[] {
    const { quiet, color, verbose, trace, parallel } = this.flags;
    return [
      ...(quiet ? ['--quiet'] : []),
      ...(color === false ? ['--no-color'] : []),
      ...(verbose ? ['--verbose'] : []),
      ...(trace ? ['--trace'] : []),
      ...(parallel === undefined ? [] : ['--parallel', String(parallel)]),
    ];
  }

  /** Logs in, and goes where the URL says. What was open is closed once that went well. */
  async open(text: string, signal: AbortSignal): Promise<void> {
    const { options, label, path } = await resolveRemote(text, this.flags);
    const server = new OpenServer({ options, label, path }, this.flags.parallel ?? DEFAULT_PARALLEL);
    try {
      await server.logIn(signal);
      if (path !== '') await this.#begin(server, path, signal);
    } catch (error) {
      server.client.destroy();
      // One that was typed wrong is asked for again.
      if (error instanceof FtpError && error.code === 'LOGIN') OWN_SURROUNDINGS.known.clear();
      throw error;
    }
    await this.close();
    this.#server = server;
    this.#last = text;
  }

  async #begin(server: OpenServer, path: string, signal: AbortSignal): Promise<void> {
    const { type } = await server.client.stat(server.at(path), { signal });
    if (type === 'file') throw new UsageFault(`${path} is a file: a shell opens folders`);
    server.folder = server.at(path);
  }

  /** The same login with another way of making data connections. Jobs go on as they are. */
  async setMode(mode: 'auto' | 'passive' | 'active', signal: AbortSignal): Promise<void> {
    const old = this.server;
    const server = this.#again(old, { ...old.options, data: { ...old.options.data, mode } });
    try {
      await server.logIn(signal);
    } catch (error) {
      server.client.destroy();
      throw error;
    }
    server.folder = old.folder;
    this.#server = server;
    await old.client.close();
  }

  #again(old: OpenServer, options: ConnectOptions): OpenServer {
    const server = new OpenServer({ options, label: old.label, path: '' }, this.flags.parallel ?? DEFAULT_PARALLEL);
    server.folder = old.folder;
    server.before = old.before;
    server.tls = old.tls;
    return server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.client.close();
  }

  /** Ends everything at once: jobs first stop properly, if they are given the time. */
  async end(): Promise<void> {
    this.jobs.stopAll();
    await this.jobs.ended();
    await this.close();
  }

  /** Runs a line to its end. Resolves with the exit code of the first command that failed, or 0. Never rejects. */
  async run(line: string, signal: AbortSignal, goOn: boolean): Promise<number> {
    let orders: Order[];
    try {
      orders = parseLine(line);
    } catch (error) {
      return this.report(error, undefined);
    }
    let first: number = EXIT.ok;
    let skip = false;
    for (const order of orders) {
      const code: number | undefined = skip ? undefined : await this.#order(order, signal);
      if (code !== undefined && code !== EXIT.ok) {
        if (first === EXIT.ok) first = code;
        if (signal.aborted || !goOn) break;
      }
      skip = order.end === '&&' && (skip || code !== EXIT.ok);
      if (this.leaving) break;
    }
    return first;
  }

  async #order(order: Order, signal: AbortSignal): Promise<number> {
    const [name, ...words] = order.words;
    try {
      const verb = findVerb(order.local === undefined ? (name?.text ?? '') : '!');
      if (order.local !== undefined)
        return await verb.run({ shell: this, words: [{ text: order.local, pattern: order.local }], signal });
      if (words.some(({ text }) => text === '--help')) {
        const help = findVerb('help');
        return await help.run({ shell: this, words: name ? [name] : [], signal });
      }
      if (order.end !== '&') return await this.#changing(verb, () => verb.run({ shell: this, words, signal }));
      if (!verb.background) throw new UsageFault(`${verb.name} does not run in the background`);
      this.#startJob(order, (own) => this.#changing(verb, () => verb.run({ shell: this, words, signal: own })));
      return EXIT.ok;
    } catch (error) {
      return this.report(error, undefined);
    }
  }

  /** Listings that completion has are of no use after some commands. */
  async #changing(verb: Verb, run: () => Promise<number>): Promise<number> {
    const server = this.#server;
    try {
      return await run();
    } finally {
      if (verb.changes) server?.listings.forget();
    }
  }

  /** A job has connections of its own, so that the prompt's stays free. */
  #startJob(order: Order, work: (signal: AbortSignal) => Promise<number>): void {
    const line = order.words.map(({ text }) => quoteWord(text)).join(' ');
    const { options } = this.server;
    this.jobs.start(line, async ({ abort, watch }) => {
      const client = createPool(options, { maxConnections: this.flags.parallel ?? DEFAULT_PARALLEL });
      client.on('transfer', watch.transfer);
      this.#jobs.set(abort.signal, { client, watch });
      try {
        return await work(abort.signal);
      } catch (error) {
        for (const each of errorLines(error, undefined, this.paint)) watch.stderr.write(`${each}\n`);
        return exitCodeOf(error);
      } finally {
        await client.close();
      }
    });
  }

  /** Says what went wrong. Returns the exit code for it. */
  report(error: unknown, subject: string | undefined): number {
    for (const line of errorLines(error, subject, this.paint)) this.#say(line);
    return exitCodeOf(error);
  }

  prompt(columns: number): string {
    const server = this.#server;
    if (!server) return CLOSED_PROMPT;
    const { options, folder, dataPath, tls } = server;
    const { host, port, user } = options;
    const parts = {
      user: user === 'anonymous' ? undefined : user,
      host: port === undefined || port === 21 ? host : `${host}:${port}`,
      folder,
      dataPath: dataPath && `${dataPath.mode} ${dataPath.command}`,
      tls: tls?.protocol,
      jobs: this.jobs.running.length,
    };
    return promptText(parts, columns, this.paint);
  }
}
