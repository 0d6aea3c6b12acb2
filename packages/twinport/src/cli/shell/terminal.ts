import { type Interface, createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { confirm } from '../confirm.js';
import { EXIT } from '../exit.js';
import { complete, type Completion } from './completion.js';
import { History, MAX_HISTORY, historyPath } from './history.js';
import type { OpenServer } from './open-server.js';
import { Shell } from './shell.js';
import type { SharedFlags } from '../shared-flags.js';

/** How long Tab waits for the server. The listing goes on, and the next Tab has it. */
const COMPLETION_MS = 1_500;
const LEAVE_HINT = '(to leave: exit, or Ctrl-D)';

/** The shell on a terminal. Between lines the terminal belongs to the command that runs, Ctrl-C with it. */
export class Terminal {
  readonly #shell: Shell;
  readonly #history: History;
  /** Lines that were pasted together, and what was typed of the next. */
  readonly #lines: string[] = [];
  #typed = '';
  #reading: Interface | undefined;
  #running: AbortController | undefined;
  /** Has been looked at. */
  #seen: OpenServer | undefined;
  #completing = false;

  constructor(flags: SharedFlags) {
    this.#shell = new Shell(flags, (line) => this.#say(line));
    this.#history = new History(historyPath(process.env));
    this.#shell.historyLines = () => this.#history.lines;
    if (this.#history.fault !== undefined) this.#say(`twinport: ${this.#history.fault}`);
  }

  /** Resolves with the exit code. */
  async run(remote: string | undefined): Promise<number> {
    const onInterrupt = (): void => this.#interrupt();
    const onEnd = (): void => {
      this.#running?.abort(new Error('ended by a signal'));
      process.exit(EXIT.interrupted);
    };
    process.on('SIGINT', onInterrupt).on('SIGTERM', onEnd).on('SIGHUP', onEnd);
    try {
      if (remote !== undefined) {
        const code = await this.#guarded((signal) => this.#open(remote, signal));
        if (code !== EXIT.ok) return code;
      }
      await this.#loop();
      return EXIT.ok;
    } finally {
      await this.#shell.end();
      process.off('SIGINT', onInterrupt).off('SIGTERM', onEnd).off('SIGHUP', onEnd);
    }
  }

  async #open(remote: string, signal: AbortSignal): Promise<number> {
    try {
      await this.#shell.open(remote, signal);
      return EXIT.ok;
    } catch (error) {
      return this.#shell.report(error, undefined);
    }
  }

  async #loop(): Promise<void> {
    for (;;) {
      const line = this.#lines.shift() ?? (await this.#read());
      this.#shell.leaving = line === undefined;
      if (line !== undefined) {
        this.#history.add(line);
        await this.#guarded((signal) => this.#shell.run(line, signal, true));
        this.#shell.jobs.takeCodes();
      }
      if (this.#shell.leaving && (await this.#mayLeave())) return;
    }
  }

  async #mayLeave(): Promise<boolean> {
    const count = this.#shell.jobs.running.length;
    if (count === 0) return true;
    const question =
      count === 1 ? 'A job is running: stop it and leave?' : `${count} jobs are running: stop them and leave?`;
    return (await this.#guarded(async (signal) => ((await confirm(question, {}, signal)) ? 0 : 1))) === 0;
  }

  /** Runs something that Ctrl-C stops. */
  async #guarded(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
    const running = new AbortController();
    this.#running = running;
    try {
      return await work(running.signal);
    } catch (error) {
      return running.signal.aborted ? EXIT.interrupted : this.#shell.report(error, undefined);
    } finally {
      this.#running = undefined;
    }
  }

  #interrupt(): void {
    this.#running?.abort(new Error('interrupted'));
  }

  /** One line, without its end; undefined at the end of input. */
  #read(): Promise<string | undefined> {
    const shell = this.#shell;
    const reading = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history: this.#history.lines.toReversed(),
      historySize: MAX_HISTORY,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        void this.#complete(line, done);
      },
    });
    this.#reading = reading;
    const refresh = (): void => {
      reading.setPrompt(shell.prompt(process.stdout.columns));
      reading.prompt(true);
    };
    if (shell.opened) shell.opened.onDataPath = () => void (this.#reading === reading && refresh());
    reading.setPrompt(shell.prompt(process.stdout.columns));
    reading.prompt();
    if (this.#typed !== '') reading.write(this.#typed);
    this.#typed = '';
    this.#lookAhead();
    return new Promise((resolve) => this.#answer(reading, resolve));
  }

  /** What is in a folder that has just been opened is asked for while the user still thinks. */
  #lookAhead(): void {
    const server = this.#shell.opened;
    if (!server || server === this.#seen) return;
    this.#seen = server;
    void server.listings.names(server.folder);
  }

  #answer(reading: Interface, resolve: (line: string | undefined) => void): void {
    let first: string | undefined;
    reading.on('line', (line) => {
      if (first !== undefined) {
        this.#lines.push(line);
        return;
      }
      first = line;
      // What was pasted comes as a whole: lines that follow at once are kept.
      setImmediate(() => {
        this.#typed = reading.line;
        if (this.#typed !== '') process.stdout.write('\r\u001b[J'); // it comes again with the next prompt
        reading.close();
      });
    });
    reading.on('SIGINT', () => {
      const empty = reading.line === '';
      process.stdout.write(empty ? `\n${LEAVE_HINT}\n` : '^C\n');
      reading.write(null, { ctrl: true, name: 'e' });
      reading.write(null, { ctrl: true, name: 'u' });
      reading.prompt();
    });
    reading.once('close', () => {
      this.#reading = undefined;
      if (first === undefined) process.stdout.write('\n');
      resolve(first);
    });
  }

  async #complete(line: string, done: (error: null, result: [string[], string]) => void): Promise<void> {
    let completion: Completion | undefined;
    // Another Tab before the answer would write it twice.
    if (this.#completing) return done(null, [[], '']);
    this.#completing = true;
    try {
      const late = delay(COMPLETION_MS, undefined, { ref: false });
      completion = await Promise.race([complete(this.#shell, line), late]);
    } catch {
      completion = undefined; // a line that makes no sense has nothing to offer
    }
    this.#completing = false;
    const [candidates, written] = completion ?? [[], ''];
    done(null, [candidates, written]);
  }

  /** A message, above the line that is being written. */
  #say(line: string): void {
    const reading = this.#reading;
    if (!reading) {
      process.stderr.write(`${line}\n`);
      return;
    }
    process.stdout.write(`\r\u001b[J${line}\n`);
    reading.setPrompt(this.#shell.prompt(process.stdout.columns));
    reading.prompt(true);
  }
}
