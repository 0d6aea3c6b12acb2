import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Claims } from './claims.js';
import type { CallOptions } from './contract.js';
import type { Core } from './core.js';
import { FtpError } from './errors.js';
import { LinkedSignal } from './linked-signal.js';
import type { ServerFacts } from './log-in.js';
import { openSession } from './open-session.js';
import { Places } from './places.js';
import type { ClientSession } from './session.js';
import { abortError, untilAborted } from './until-aborted.js';
import { WaitingCalls } from './waiting-calls.js';

export interface UseOptions extends CallOptions {
  /** May be done again when the connection was lost in the middle of it. Default true. */
  readonly repeatable?: boolean;
  /** `run` heeds the signal itself and puts things in order first; the call ends when it has. Default false: it ends at once. */
  readonly heedsSignal?: boolean;
}

let made = 0;

/**
 * The connections of one client, one or several: each is lent to one call at a time, the others wait in order. Connections that end
 * are replaced. The server's own limit, once met, becomes ours.
 */
export class Connections {
  readonly core: Core;
  /** Tells one client's from another's. */
  readonly order = (made += 1);
  /** Of the server, once anybody has been logged in. */
  facts: ServerFacts | undefined;
  /** Temporary names on the server. */
  readonly claims = new Claims();
  /** Copies from or to another client. */
  readonly copies = new Places(() => this.#max);
  /** Whether the server's 150 says the true size of a file: learnt from the first. */
  announcesSize: boolean | undefined;
  /** MLSD was refused: LIST it is. */
  noMlsd = false;
  /** MLST was refused, or its answer made no sense. */
  noMlst = false;
  /** How this server ends data connections inside TLS: with close_notify, or not. */
  tlsEnd: 'unknown' | 'proper' | 'abrupt' = 'unknown';
  /** What works with LIST: `-a` shows hidden names, where the server knows it. */
  listArgument: '-a' | '' = '-a';
  /** Which way of setting a file's time worked. */
  timeWay: number | undefined;
  #max: number;
  readonly #idle: ClientSession[] = [];
  readonly #busy = new Set<ClientSession>();
  readonly #expiry = new Map<ClientSession, NodeJS.Timeout>();
  readonly #waiting: WaitingCalls;
  readonly #closing = new AbortController();
  #opening = 0;
  /** Connections at most until then: making one more has failed. */
  #fewer = { max: 0, until: 0 };
  #lastNumber = 0;
  /** Calls that `close` waits for. */
  #calls = 0;
  /** How `destroy` ends the calls under way. */
  readonly #running = new Set<(error: FtpError) => void>();
  #drained: (() => void)[] = [];

  constructor(core: Core, max: number) {
    this.core = core;
    this.#waiting = new WaitingCalls(core);
    this.#max = max;
  }

  /** Connections at most, as far as is known by now. */
  get max(): number {
    return this.#max;
  }

  /**
   * Lends a connection to `run`, and does it again, on another one, after failures that a second try can cure.
   * Rejects with FtpError; with ABORTED as soon as the signal says so, while the connection is put in order behind it.
   */
  async use<T>(run: (session: ClientSession) => Promise<T>, options: UseOptions = {}): Promise<T> {
    return await this.call(() => this.#repeat(run, options));
  }

  /** A folder was renamed or removed: no session is in it any more, whatever it was told. */
  forgetDirectory(path: string): void {
    for (const session of [...this.#idle, ...this.#busy])
      if (`${session.directory}/`.startsWith(`${path}/`)) session.directory = undefined;
  }

  /** Something that `close` waits for, whatever number of connections it uses on the way. */
  async call<T>(run: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    try {
      return await run();
    } finally {
      this.#calls -= 1;
      this.#wakeDrained();
    }
  }

  async #repeat<T>(run: (session: ClientSession) => Promise<T>, options: UseOptions): Promise<T> {
    const { limits } = this.core.settings;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(run, options);
      } catch (error) {
        if (!(error instanceof FtpError) || attempt >= limits.maxAttempts || !this.#mayRepeat(error, options))
          throw error;
        this.core.warn('RETRY', `try ${attempt + 1} of ${limits.maxAttempts}: ${error.message}`);
        // What is next is another way, which no pause makes likelier to work.
        if (error.code !== 'DATA_CONNECTION') await this.pause(attempt, options.signal);
      }
    }
  }

  /** Waits before try `attempt + 1`. Rejects with ABORTED. */
  async pause(attempt: number, signal?: AbortSignal): Promise<void> {
    const { retryDelayMs, maxRetryDelayMs } = this.core.settings.limits;
    const longest = Math.min(retryDelayMs * 2 ** (attempt - 1), maxRetryDelayMs);
    const either = new LinkedSignal(signal, this.#closing.signal);
    try {
      await delay(longest * (1 - Math.random() / 2), undefined, { signal: either.signal });
    } catch {
      throw abortError(signal); // nothing else ends a pause early
    } finally {
      either.unlink();
    }
  }

  /** Whether the error is of a connection that could not be made or was lost, and the call can be made again. */
  #mayRepeat(error: FtpError, { repeatable = true, signal }: UseOptions): boolean {
    const beforehand = ['connect', 'dns', 'tls', 'login'].includes(error.phase);
    const code = error.reply?.code;
    const lostData = code === 426 || (error.phase === 'transfer' && (code === undefined || code === 425));
    const lost = !error.connectionUsable || lostData;
    return error.retryable && lost && (repeatable || beforehand) && !signal?.aborted && !this.#closing.signal.aborted;
  }

  async #once<T>(run: (session: ClientSession) => Promise<T>, { signal, heedsSignal }: UseOptions): Promise<T> {
    if (signal?.aborted) throw abortError(signal);
    const session = await this.#acquire(signal);
    const running = run(session);
    const released = running.then(
      () => this.#release(session),
      () => this.#release(session),
    );
    const work =
      signal && heedsSignal
        ? this.#heeding(signal, session, running)
        : running.catch((error: unknown) => this.#explain(error, session));
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        session.stop(abortError(signal)); // what is under way gets its answer, nothing more is sent
        reject(abortError(signal));
      };
      if (!heedsSignal) signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted && !heedsSignal) onAbort(); // as `run` began
      this.#running.add(reject);
      void released.then(() => {
        this.#running.delete(reject);
        signal?.removeEventListener('abort', onAbort);
      });
      work.then(resolve, reject);
    });
  }

  /** Once the signal has come, `running` has some time to put things in order; what it says in the end is that it was given up. */
  async #heeding<T>(signal: AbortSignal, session: ClientSession, running: Promise<T>): Promise<T> {
    const { abortMs } = this.core.settings.limits;
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      timer = setTimeout(() => session.fail(abortError(signal, { connectionUsable: false })), 2 * abortMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await running;
    } catch (error) {
      return this.#explain(signal.aborted ? abortError(signal) : error, session);
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    }
  }

  #explain(error: unknown, session: ClientSession): never {
    if (error instanceof FtpError && error.transcript.length === 0) error.transcript = session.transcript.lines;
    throw error;
  }

  /** Ends every connection with QUIT once the calls under way and those that wait are done. */
  async close(): Promise<void> {
    // A call that was made, or goes on, in this turn may not have got here yet.
    for (await nextTurn(); !this.#isDrained; await nextTurn())
      await new Promise<void>((resolve) => this.#drained.push(resolve));
    this.#closing.abort();
    await Promise.all(this.#takeIdle().map((session) => session.quit()));
  }

  destroy(): void {
    this.#closing.abort();
    const error = new FtpError('ABORTED', 'The client was destroyed', { connectionUsable: false });
    this.#waiting.failAll(error);
    for (const reject of this.#running) reject(error);
    for (const session of [...this.#takeIdle(), ...this.#busy]) session.destroy(error);
  }

  #takeIdle(): ClientSession[] {
    for (const timer of this.#expiry.values()) clearTimeout(timer);
    this.#expiry.clear();
    return this.#idle.splice(0);
  }

  async #acquire(signal: AbortSignal | undefined): Promise<ClientSession> {
    for (;;) {
      if (this.#closing.signal.aborted) throw closedError();
      if (signal?.aborted) throw abortError(signal);
      const session = this.#nextIdle() ?? (await this.#another(signal));
      if (!session) continue;
      this.#busy.add(session);
      if (!session.settled) await this.#awake(session, signal);
      if (this.#closing.signal.aborted) session.destroy(closedError()); // `destroy` did not know of it yet
      if (!session.ended) return session;
      this.#busy.delete(session);
    }
  }

  async #awake(session: ClientSession, signal: AbortSignal | undefined): Promise<void> {
    const awake = session.awake();
    await untilAborted(awake, signal).catch((error: unknown) => {
      void awake.then(() => this.#release(session));
      throw error;
    });
  }

  #nextIdle(): ClientSession | undefined {
    for (let session = this.#idle.pop(); session; session = this.#idle.pop()) {
      clearTimeout(this.#expiry.get(session));
      this.#expiry.delete(session);
      session.keepalive.pause();
      if (!session.ended) return session;
      void session.quit();
    }
    return undefined;
  }

  /** The first is made by the call that needs it. Where there are others, one more is made behind it, and whichever is free first is taken. */
  async #another(signal: AbortSignal | undefined): Promise<ClientSession | undefined> {
    if (this.#mayOpen && this.#busy.size + this.#opening === 0) return await this.#open(signal);
    const turn = this.#waiting.wait(signal);
    if (this.#mayOpen) void this.#openBehind();
    return await turn;
  }

  async #openBehind(): Promise<void> {
    try {
      const session = await this.#open(undefined, this.#waiting);
      if (!session) return;
      if (this.#waiting.length > 0) this.#waiting.next(session);
      else this.#release(session);
    } catch (error) {
      if (!(error instanceof FtpError)) throw error; // those that waited have heard of it
    }
  }

  get #mayOpen(): boolean {
    const max = performance.now() < this.#fewer.until ? this.#fewer.max : Infinity;
    return this.#idle.length + this.#busy.size + this.#opening < Math.min(this.#max, max);
  }

  /** Undefined when the server takes no more, and there are others whose turn may come. */
  async #open(signal: AbortSignal | undefined, behind?: WaitingCalls): Promise<ClientSession | undefined> {
    this.#opening += 1;
    this.#lastNumber += 1;
    const either = new LinkedSignal(signal, this.#closing.signal);
    try {
      const { session, facts } = await openSession(this.core, this.#lastNumber, {
        signal: either.signal,
        known: this.facts,
      });
      this.facts ??= facts;
      this.#busy.add(session); // before it is no longer one that is being opened
      return session;
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      if (error instanceof FtpError && this.#canDoWithout(error)) return undefined;
      // Nobody else is there. What may go better the next time is for one of them to try; a wrong password is everybody's.
      if (error instanceof FtpError && error.retryable) behind?.failNext(error);
      else if (error instanceof FtpError) behind?.failAll(error);
      throw error;
    } finally {
      either.unlink();
      this.#opening -= 1;
      this.#wakeOne();
    }
  }

  /** Whether there are other connections to wait for: for good where the server takes no more, for a while where one was lost as it was made. */
  #canDoWithout(error: FtpError): boolean {
    const others = this.#idle.length + this.#busy.size + this.#opening - 1;
    // Some say that the password is wrong when they mean that there is one session already.
    const isLimit = error.code === 'BUSY' || (error.code === 'LOGIN' && this.#idle.length + this.#busy.size > 0);
    if (others < 1 || (!isLimit && !error.retryable)) return false;
    if (isLimit) {
      if (others < this.#max)
        this.core.warn('CONNECTION_LIMIT', `the server takes ${others} connection${others === 1 ? '' : 's'} at a time`);
      this.#max = Math.min(this.#max, others);
      return true;
    }
    this.core.warn('RETRY', `${others} connection${others === 1 ? '' : 's'} must do for now: ${error.message}`);
    this.#fewer = { max: others, until: performance.now() + this.core.settings.limits.maxRetryDelayMs };
    return true;
  }

  #release(session: ClientSession): void {
    session.stop(undefined);
    this.#busy.delete(session);
    this.core.onProgress();
    if (session.ended || !session.settled || this.#idle.length + this.#busy.size >= this.#max) void session.quit();
    else this.#rest(session);
    this.#wakeOne();
  }

  /** Connections beyond the first are given up when there is nothing to do for them. */
  #rest(session: ClientSession): void {
    this.#idle.push(session);
    session.keepalive.begin();
    const { idleMs } = this.core.settings.limits;
    if (idleMs === 0 || this.#idle.length + this.#busy.size === 1) return;
    const expire = (): void => {
      const at = this.#idle.indexOf(session);
      this.#expiry.delete(session);
      if (at === -1 || this.#idle.length + this.#busy.size === 1) return;
      this.#idle.splice(at, 1);
      void session.quit();
    };
    this.#expiry.set(session, setTimeout(expire, idleMs).unref());
  }

  #wakeOne(): void {
    const session = this.#waiting.length > 0 ? this.#nextIdle() : undefined;
    if (session || this.#mayOpen) {
      if (session) this.#busy.add(session);
      this.#waiting.next(session);
    }
    this.#wakeDrained();
  }

  get #isDrained(): boolean {
    return this.#calls === 0 && this.#busy.size === 0 && this.#opening === 0 && this.#waiting.length === 0;
  }

  #wakeDrained(): void {
    if (this.#isDrained) for (const wake of this.#drained.splice(0)) wake();
  }
}

function closedError(): FtpError {
  return new FtpError('ABORTED', 'The client is closed', { connectionUsable: false });
}
