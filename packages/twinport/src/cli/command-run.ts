import { type Client, FtpError, type FtpErrorCode, maskUrl } from '@twinport/ftp/client';
import { traceLine } from '../daemon/trace.js';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';
import { type CommandHost, HERE, asWritten, commandHost } from './command-host.js';
import { errorLines, errorRecord } from './error-text.js';
import { exitCodeOf, exitCodeOfAll } from './exit-code.js';
import { EXIT } from './exit.js';
import { Output, OutputClosed, OutputFailed, outputFormatOf } from './output.js';
import { type ClientEvent, type Remote, Remotes } from './remotes.js';
import { Screen } from './screen.js';
import { DEFAULT_PARALLEL, type SharedFlags } from './shared-flags.js';

/** After these the next file would fail in the same way. */
const POINTLESS_TO_GO_ON: ReadonlySet<FtpErrorCode> = new Set<FtpErrorCode>([
  'USAGE',
  'DNS',
  'CONNECT',
  'PROXY',
  'TLS',
  'LOGIN',
  'BUSY',
  'NO_SPACE',
  'ABORTED',
  'DATA_CONNECTION',
]);

/** Errors of this machine's files concern one file; what is neither those nor the client's is a fault of the whole command. */
function isPointlessAfter(error: unknown): boolean {
  if (error instanceof FtpError && error.code !== 'LOCAL') return POINTLESS_TO_GO_ON.has(error.code);
  return (
    exitCodeOf(error) === EXIT.space ||
    !(error instanceof FtpError || errnoOf(error) !== undefined) ||
    error instanceof UsageFault
  );
}

/** What a client copes with by itself, and only --verbose tells. */
const MINOR: ReadonlySet<ClientEvent<'warning'>['code']> = new Set<ClientEvent<'warning'>['code']>([
  'ADDRESS_REPAIRED',
  'DATA_PATH_FAILED',
  'STRAY_REPLY',
  'CONNECTION_LIMIT',
  'SIZE_UNKNOWN',
]);

/** One run of a command of the client: where its results and messages go, its connections, what failed, and how it is stopped. */
export class CommandRun {
  readonly flags: SharedFlags;
  readonly out: Output;
  readonly screen: Screen;
  /** Aborted by the first Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Said after an interruption: how to go on. */
  resumeHint: string | undefined;
  readonly #abort = new AbortController();
  readonly #remotes: Remotes;
  readonly #failures: number[] = [];
  readonly #failed: object[] = [];
  readonly #warned = new Set<string>();
  readonly #host: CommandHost | undefined;
  /** The host's connection goes on when this run is over. */
  readonly #unwatch: (() => void)[] = [];
  #watchesHost = false;
  #watched = 0;
  #saysOutputFailed = false;
  #successes = 0;

  constructor(flags: SharedFlags, connections = flags.parallel ?? DEFAULT_PARALLEL, host?: CommandHost) {
    this.flags = flags;
    this.#host = host;
    this.signal = host ? AbortSignal.any([host.signal, this.#abort.signal]) : this.#abort.signal;
    this.screen = new Screen(host?.stderr ?? process.stderr, flags);
    this.out = new Output(host?.stdout ?? process.stdout, outputFormatOf(flags));
    if (!host) this.out.onFailed((reason) => this.stop(reason));
    this.#remotes = new Remotes(flags, connections, (client) => this.watch(client));
  }

  async open(text: string): Promise<Remote> {
    const host = this.#host;
    if (!host) return await this.#remotes.open(text);
    if (!text.startsWith(HERE)) return host.adopt(await this.#remotes.open(text));
    const remote = host.open(text.slice(HERE.length));
    if (!this.#watchesHost) this.#unwatch.push(this.watch(remote.client));
    this.#watchesHost = true;
    return remote;
  }

  stop(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** Something that was asked for has been done. */
  succeed(): void {
    this.#successes++;
  }

  /** Says what failed and goes on, unless that is pointless: then it throws the error again. */
  async fail(error: unknown, subject: string | undefined): Promise<void> {
    if (this.signal.aborted || isOfOutput(error) || error instanceof Stopped) throw error;
    if (isPointlessAfter(error)) throw new Stopped(error, subject);
    await this.#report(error, subject);
  }

  /** A command that the user wrote was answered with a no, which has been printed. */
  refused(exitCode: number): void {
    this.#failures.push(exitCode);
  }

  /** Something that nobody asked to leave out was left out, which has been said: not all was done. */
  leftOut(subject: string, reason: string, message: string): void {
    this.#failures.push(EXIT.partial);
    this.#failed.push({ subject, code: 'LEFT_OUT', exitCode: EXIT.partial, reason, message });
  }

  /** One thing of several: what comes of it, or undefined when it failed and the others can go on. */
  async attempt<T>(subject: string, work: () => Promise<T>): Promise<T | undefined> {
    return await this.prepare(subject, async () => {
      const result = await work();
      this.succeed();
      return result;
    });
  }

  /** The same for what is not yet all that was asked for. */
  async prepare<T>(subject: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      await this.fail(error, subject);
      return undefined;
    }
  }

  async #report(error: unknown, about: string | undefined): Promise<void> {
    this.#failures.push(exitCodeOf(error));
    // As the user wrote it, perhaps with a password.
    const written = about === undefined ? undefined : asWritten(about);
    const subject = written?.includes('://') ? maskUrl(written) : written;
    const record = errorRecord(error, subject);
    this.#failed.push(record);
    for (const line of errorLines(error, subject, this.screen.paint)) this.screen.insist(line);
    await this.out.event({ event: 'error', ...record });
  }

  /** Runs the command to its end, whatever that is. The results are under `key` in the JSON object. Resolves with the exit code. */
  async finish(key: string, work: (run: this) => Promise<object | void>): Promise<number> {
    let code: number;
    let rest: object = {};
    try {
      rest = (await work(this)) ?? {};
      code = exitCodeOfAll(this.#failures, this.#successes);
    } catch (error) {
      code = await this.#ended(error);
    }
    await this.#close();
    try {
      await this.out.finish(key, { exitCode: code, ...rest, failed: this.#failed });
      await this.out.settle();
    } catch (error) {
      if (!isOfOutput(error)) throw error;
      if (error instanceof OutputFailed && this.#failures.length === 0) return this.#outputFailed(error);
    }
    return code;
  }

  async #ended(error: unknown): Promise<number> {
    if (error instanceof OutputClosed || this.signal.reason instanceof OutputClosed) return EXIT.ok;
    const failed = [error, this.signal.reason].find((each) => each instanceof OutputFailed);
    if (failed) return this.#outputFailed(failed);
    if (this.signal.aborted) {
      const hint = this.resumeHint === undefined ? '' : `; ${this.resumeHint}`;
      this.screen.insist(`twinport: interrupted${hint}`);
      return EXIT.interrupted;
    }
    const { cause, subject } = error instanceof Stopped ? error : { cause: error, subject: undefined };
    try {
      await this.#report(cause, subject);
    } catch (closed) {
      if (!isOfOutput(closed)) throw closed;
    }
    return exitCodeOf(cause);
  }

  #outputFailed(error: OutputFailed): number {
    if (!this.#saysOutputFailed)
      for (const line of errorLines(error, undefined, this.screen.paint)) this.screen.insist(line);
    this.#saysOutputFailed = true;
    return exitCodeOf(error.cause);
  }

  async #close(): Promise<void> {
    this.screen.clear();
    for (const unwatch of this.#unwatch) unwatch();
    if (this.signal.reason instanceof OutputClosed) this.#remotes.destroy();
    else await this.#remotes.close();
  }

  /** Shows what happens on its connections as the flags say. What it returns ends the watching. */
  watch(client: Client): () => void {
    const { verbose, trace } = this.flags;
    const number = (this.#watched += 1);
    const onConnection = (event: ClientEvent<'connection'>): void => {
      if (trace) this.screen.insist(this.#traced(event, number));
      else if (event.kind === 'line')
        this.screen.insist(`#${event.connection} ${event.direction === 'out' ? '>' : '<'} ${event.text}`);
    };
    const onWarning = ({ code, message }: ClientEvent<'warning'>): void => {
      if (this.#warned.has(message) || (MINOR.has(code) && !verbose)) return;
      this.#warned.add(message);
      this.screen.say(`twinport: ${message}`);
    };
    if (verbose || trace) client.on('connection', onConnection);
    client.on('warning', onWarning);
    return () => void client.off('connection', onConnection).off('warning', onWarning);
  }

  /** Each client counts its own connections. */
  #traced(event: ClientEvent<'connection'>, client: number): string {
    if (this.out.format === 'text') return traceLine(event, 'client');
    return JSON.stringify({ side: 'client', session: `${client}.${event.connection}`, ...event });
  }
}

const isOfOutput = (error: unknown): boolean => error instanceof OutputClosed || error instanceof OutputFailed;

/** Ends a command: `cause` is why, `subject` what it was about. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly subject: string | undefined;

  constructor(cause: unknown, subject: string | undefined) {
    super('stopped', { cause });
    this.subject = subject;
  }
}

/** Runs a command, answers signals meanwhile, and sets the exit code of the process. */
export async function runCommand(
  flags: SharedFlags,
  key: string,
  work: (run: CommandRun) => Promise<object | void>,
  connections?: number,
): Promise<void> {
  const host = commandHost();
  if (host) return host.ended(await new CommandRun(flags, connections, host).finish(key, work));
  const run = new CommandRun(flags, connections);
  let signals = 0;
  const onSignal = (): void => {
    if (++signals > 1) process.exit(EXIT.interrupted);
    run.screen.say('stopping; again to end at once');
    run.stop(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  try {
    process.exitCode = await run.finish(key, work);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
  }
}
