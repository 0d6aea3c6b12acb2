import { parentPath } from '../protocol/index.js';
import type { Connections } from './connections.js';
import { ContentHash } from './content-hash.js';
import type { HashAlgorithm, TransferResult, UploadOptions, UploadSource } from './contract.js';
import { type DataAttempt, FtpError, TruncatedError } from './errors.js';
import { isWorthAnotherTry, transferError } from './fault-error.js';
import { existingSize, remoteModified, remoteSize } from './file-facts.js';
import { agreesByHash, passingHash } from './hash.js';
import { makeDirectory, setModified } from './name-commands.js';
import { RateLimiter, checkRate } from './rate-limiter.js';
import { replyError } from './reply-error.js';
import { hasSameEnd } from './same-end.js';
import { send } from './send.js';
import type { ClientSession } from './session.js';
import { type Source, openSource } from './source.js';
import type { TransferJob } from './transfer-job.js';
import { usageError } from './usage-error.js';

/** How servers refuse REST, or STOR behind it. */
const NOT_FROM_THERE: ReadonlySet<string> = new Set(['REPLY', 'UNSUPPORTED', 'PERMISSION']);
/** Octets of a source that make it worth a question what was there before, so that a try that was cut off can be gone on with. */
const RESUMED_FROM = 512 * 1024;

/** Moves one file from here to the server. */
export class Upload {
  readonly #connections: Connections;
  readonly #from: UploadSource;
  readonly #path: string;
  /** Where it is written until it is whole. */
  readonly #target: string;
  readonly #options: UploadOptions;
  readonly #job: TransferJob;
  readonly #limiter: RateLimiter;
  readonly #attempts: DataAttempt[] = [];
  /** Where the next try begins; the server is asked after a try that was cut off. */
  #position = 0;
  #resumedAt = 0;
  #moved = 0;
  #sent = 0;
  /** What was at the target before the first try: the same after it is none of ours. */
  #before: number | 'unknown' | undefined;
  /** Some of the source was used up. */
  #begun = false;
  /** A try has begun and may have left something. */
  #cutOff = false;
  #opening: Promise<Source> | undefined;
  #verified: TransferResult['verified'] = 'no';
  #tls: TransferResult['tls'];
  #hash: ContentHash | undefined;

  constructor(connections: Connections, from: UploadSource, path: string, options: UploadOptions, job: TransferJob) {
    this.#connections = connections;
    this.#from = from;
    this.#path = path;
    this.#target = options.atomic ? `${path}.part` : path;
    this.#options = options;
    this.#job = job;
    this.#limiter = new RateLimiter(options.rateLimit ?? 0);
  }

  async run(): Promise<TransferResult> {
    let release: (() => void) | undefined;
    try {
      if (typeof this.#from !== 'string') void this.#open(); // whatever becomes of it, it is closed
      this.#checkOptions();
      if (this.#target !== this.#path) release = this.#connections.claims.claim(this.#target);
      if (await this.#isSettled()) return this.#result('skipped');
      if (this.#options.makeDirectories)
        await makeDirectory(this.#connections, parentPath(this.#path), { recursive: true, signal: this.#job.signal });
      await this.#send();
      if (
        this.#options.verify === 'hash' &&
        this.#verified === 'size' &&
        (await agreesByHash(this.#connections, this.#target, {
          signal: this.#job.signal,
          ours: (name) => this.#ownHash(name),
        }))
      )
        this.#verified = 'hash';
      if (this.#target !== this.#path) await this.#putInPlace();
      await this.#keepTime();
      return this.#result('transferred');
    } catch (cause) {
      const error = transferError(cause, this.#path);
      await this.#rollBack(error);
      throw error;
    } finally {
      release?.();
      const opened = await this.#opening?.catch(() => undefined); // told where it was awaited
      await opened?.close();
    }
  }

  /** A file is opened when its turn has come: there may be thousands waiting. */
  #open(): Promise<Source> {
    this.#opening ??= openSource(this.#from).then((source) => {
      this.#job.total = source.size ?? this.#options.known?.size;
      return source;
    });
    this.#opening.catch(() => {}); // told where it is awaited
    return this.#opening;
  }

  /** Whether the source can be read again. */
  get #repeatable(): boolean {
    return typeof this.#from === 'string' || this.#from instanceof Uint8Array;
  }

  #checkOptions(): void {
    const { append, atomic, ifExists = 'overwrite', rateLimit } = this.#options;
    checkRate('rateLimit', rateLimit);
    if (append && atomic) throw usageError('append and atomic do not go together');
    if (append && ifExists !== 'overwrite') throw usageError(`append and ifExists '${ifExists}' do not go together`);
  }

  /** Looks at what is at the target already. True when nothing is to be done. */
  async #isSettled(): Promise<boolean> {
    const { ifExists = 'overwrite', type } = this.#options;
    if (ifExists === 'overwrite') return false;
    const { signal } = this.#job;
    const there = await this.#connections.use((session) => existingSize(session, this.#path), { signal });
    if (ifExists === 'resume') return type !== 'ascii' && (await this.#resume(await this.#open(), there));
    if (there === undefined) return false;
    if (ifExists === 'skip') return true;
    if (ifExists === 'error') throw new FtpError('EXISTS', `${this.#path} is there already`, { path: this.#path });
    const theirs = await this.#connections.use((session) => remoteModified(session, this.#path), { signal });
    const ours = this.#options.known?.modified ?? (await this.#open()).modified;
    // MDTM says whole seconds.
    return (
      theirs !== undefined &&
      ours !== undefined &&
      Math.floor(ours.getTime() / 1_000) <= Math.floor(theirs.getTime() / 1_000)
    );
  }

  async #resume(source: Source, there: number | 'unknown' | undefined): Promise<boolean> {
    if (!source.repeatable || source.size === undefined)
      throw usageError('Only files and bytes can be gone on with: a stream begins where it is');
    if (there === source.size) return true;
    await this.#ask(source, this.#target === this.#path ? there : undefined);
    const begun = { path: this.#target, size: this.#position, signal: this.#job.signal };
    if (begun.size > 0 && !(await hasSameEnd(this.#connections, source, begun))) this.#position = 0;
    this.#before = this.#position;
    this.#resumedAt = this.#position;
    return false;
  }

  /** How much of it the server has. */
  async #ask(source: Source, known?: number | 'unknown'): Promise<void> {
    const asked =
      known ??
      (await this.#connections.use((session) => existingSize(session, this.#target), { signal: this.#job.signal }));
    this.#position = typeof asked === 'number' && asked <= (source.size ?? 0) ? asked : 0;
  }

  async #send(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.#job.attempt = attempt;
      try {
        if (attempt > 1) await this.#findPosition(await this.#open());
        return await this.#connections.use((session) => this.#once(session), {
          signal: this.#job.signal,
          repeatable: false,
          heedsSignal: true,
        });
      } catch (cause) {
        const error = transferError(cause, this.#path);
        if (!this.#mayTryAgain(error, attempt)) throw error;
        this.#connections.core.warn('RETRY', `${this.#path}: try ${attempt + 1}: ${error.message}`);
        if (error.code !== 'DATA_CONNECTION') await this.#connections.pause(attempt, this.#job.signal);
      }
    }
  }

  /** Where to go on. The server may not have got as far as to give up what was there: that is no beginning of ours. */
  async #findPosition(source: Source): Promise<void> {
    if (this.#cutOff) await this.#ask(source);
    if (!this.#cutOff || this.#before === 'unknown' || this.#position === this.#before)
      this.#position = this.#resumedAt;
  }

  #mayTryAgain(error: FtpError, attempt: number): boolean {
    if (this.#job.signal.aborted || attempt >= this.#connections.core.settings.limits.maxAttempts) return false;
    if (this.#position > 0 && error.reply && error.connectionUsable && NOT_FROM_THERE.has(error.code)) {
      this.#position = 0; // cannot go on there: all of it again
      this.#resumedAt = 0;
      this.#cutOff = false;
      return true;
    }
    return (
      isWorthAnotherTry(error, attempt) &&
      (!this.#begun || (this.#repeatable && (this.#sent === 0 || !this.#options.append)))
    );
  }

  async #once(session: ClientSession): Promise<void> {
    const { append, type = 'binary', verify } = this.#options;
    const from = this.#position;
    const opening = this.#open();
    if (from > 0 && from === (await opening).size) return await this.#verify(session);
    if (!append && type === 'binary') await this.#prepareForCut(session, from);
    if (append && type === 'binary' && verify !== 'none') this.#before = await existingSize(session, this.#target);
    if (verify === 'hash' && from === 0) this.#hash = passingHash(this.#connections);
    let at = from;
    this.#sent = 0;
    await send(session, {
      verb: append ? 'APPE' : 'STOR',
      path: this.#target,
      offset: from,
      type,
      attempts: this.#attempts,
      signal: this.#job.signal,
      limiter: this.#limiter,
      onOpen: (path) => {
        this.#job.dataPath = path;
        this.#tls = session.control.tls;
      },
      ready: opening,
      source: this.#read(opening, from),
      onSent: (octets) => {
        at += octets;
        this.#sent += octets;
        this.#moved += octets;
        this.#job.reached(at);
      },
    });
    this.#position = at;
    await this.#verify(session);
  }

  /** Small ones are sent again from the beginning. */
  async #prepareForCut(session: ClientSession, from: number): Promise<void> {
    if (this.#cutOff || !this.#repeatable) return;
    const { size } = await this.#open();
    if (from === 0 && (size ?? 0) < RESUMED_FROM) return;
    if (from === 0) this.#before = await existingSize(session, this.#target);
    this.#cutOff = true;
  }

  async *#read(opening: Promise<Source>, from: number): AsyncGenerator<Uint8Array> {
    const source = await opening;
    for await (const chunk of source.read(from)) {
      this.#begun = true;
      this.#hash?.update(chunk);
      yield chunk;
    }
  }

  /** In the same breath: the server says how much it has, on the connection that it came by. */
  async #verify(session: ClientSession): Promise<void> {
    const { verify = 'size', type, append } = this.#options;
    if (verify === 'none' || type === 'ascii') return;
    const sent = (await this.#open()).size ?? this.#position;
    const before = append ? (this.#before ?? 0) : 0;
    const received = before === 'unknown' ? undefined : await remoteSize(session, this.#target);
    if (received === undefined || before === 'unknown') {
      this.#connections.core.warn('SIZE_UNKNOWN', `${this.#path}: the server says no size to compare with`);
      return;
    }
    const expected = before + sent;
    if (received !== expected || this.#position !== sent) {
      throw new TruncatedError(
        `${this.#path}: the server has ${received} octets, and not ${expected}`,
        { expected, received },
        { path: this.#path, retryable: !append },
      );
    }
    this.#verified = 'size';
  }

  async #ownHash(algorithm: HashAlgorithm): Promise<string | undefined> {
    const source = await this.#open();
    if (this.#resumedAt === 0 && this.#job.attempt === 1 && this.#hash) return this.#hash.hex();
    return source.repeatable ? await hashOf(source, algorithm) : this.#hash?.hex();
  }

  /** What lies under the temporary name goes, unless an upload can be gone on with from there. */
  async #rollBack(error: FtpError): Promise<void> {
    const { retryable, code } = error;
    if (this.#target === this.#path || !this.#cutOff || retryable || code === 'ABORTED' || code === 'NO_SPACE') return;
    await this.#connections
      .use((session) => session.exchange('DELE', this.#target), { repeatable: false })
      .catch(() => {}); // `error` says more
  }

  /** Some servers refuse to rename onto a file that is there: then it goes first. */
  async #putInPlace(): Promise<void> {
    const options = { signal: this.#job.signal, repeatable: false, heedsSignal: true };
    await this.#connections.use(async (session) => {
      await session.command('RNFR', this.#target);
      const reply = await session.exchange('RNTO', this.#path);
      if (reply.code < 400) return;
      const deleted = await session.exchange('DELE', this.#path);
      if (deleted.code >= 400) throw replyError('RNTO', reply, this.#path);
      await session.command('RNFR', this.#target);
      await session.command('RNTO', this.#path);
    }, options);
  }

  async #keepTime(): Promise<void> {
    const at = this.#options.known?.modified ?? (await this.#open()).modified;
    if (!this.#options.preserveTime || !at) return;
    try {
      await setModified(this.#connections, this.#path, at, { signal: this.#job.signal });
    } catch (error) {
      if (!(error instanceof FtpError) || error.code === 'ABORTED') throw error;
      this.#connections.core.warn('TIME_NOT_KEPT', `${this.#path}: ${error.message}`);
    }
  }

  #result(outcome: TransferResult['outcome']): TransferResult {
    return {
      outcome,
      octets: this.#moved,
      size: this.#position,
      resumedAt: this.#resumedAt,
      attempts: this.#job.attempt,
      milliseconds: this.#job.milliseconds,
      verified: this.#verified,
      dataPath: this.#job.dataPath,
      tls: this.#tls,
    };
  }
}

async function hashOf(source: Source, algorithm: ContentHash['algorithm']): Promise<string> {
  const hash = new ContentHash(algorithm);
  for await (const chunk of source.read(0)) hash.update(chunk);
  return hash.hex();
}
