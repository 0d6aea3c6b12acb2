import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LOCAL } from './claims.js';
import type { Connections } from './connections.js';
import { ContentHash } from './content-hash.js';
import type { DataPath, DownloadOptions, HashAlgorithm, DownloadTarget, TransferResult } from './contract.js';
import { type DataAttempt, FtpError, type FtpErrorCode, TruncatedError } from './errors.js';
import { isWorthAnotherTry, transferError } from './fault-error.js';
import { announcedSize, isSameTime, remoteModified, remoteSize } from './file-facts.js';
import { agreesByHash, passingHash } from './hash.js';
import { Overlap, changed } from './overlap.js';
import { RateLimiter, checkRate } from './rate-limiter.js';
import { receive } from './receive.js';
import { fetchSegments } from './segments.js';
import type { ClientSession } from './session.js';
import { FileSink } from './file-sink.js';
import { localFile } from './local-file.js';
import { type Sink, sinkOf, throughSink } from './sink.js';
import type { TransferJob } from './transfer-job.js';
import { usageError } from './usage-error.js';

/** After these too what is there is of use to a later try. */
const RESUMABLE: ReadonlySet<FtpErrorCode> = new Set(['ABORTED', 'CONNECT', 'NO_SPACE']);

/** Moves one file from the server to a path or a stream. */
export class Download {
  readonly #connections: Connections;
  readonly #path: string;
  readonly #options: DownloadOptions;
  readonly #job: TransferJob;
  #sink: Sink;
  #file: FileSink | undefined;
  readonly #limiter: RateLimiter;
  readonly #attempts: DataAttempt[] = [];
  #hash: ContentHash | undefined;
  #total: number | undefined;
  #modified: Date | undefined;
  /** Octets of the file that are there. */
  #position = 0;
  #resumedAt = 0;
  #moved = 0;
  #tls: TransferResult['tls'];

  constructor(
    connections: Connections,
    path: string,
    target: DownloadTarget,
    options: DownloadOptions,
    job: TransferJob,
  ) {
    this.#connections = connections;
    this.#path = path;
    this.#options = options;
    this.#job = job;
    this.#sink = sinkOf(target, options);
    this.#file = this.#sink instanceof FileSink ? this.#sink : undefined;
    this.#limiter = new RateLimiter(options.rateLimit ?? 0);
    this.#total = options.known?.size;
    this.#modified = options.known?.modified;
    this.#position = options.start ?? 0;
    job.total = this.#total;
  }

  async run(): Promise<TransferResult> {
    let release: (() => void) | undefined;
    try {
      this.#checkOptions();
      const through = this.#file && (await throughSink(this.#file.path));
      if (through) [this.#sink, this.#file] = [through, undefined];
      if (this.#file)
        release = LOCAL.claim(...new Set([this.#file.path, this.#file.partial].map((name) => resolve(name))));
      if (this.#file && (await this.#isSettled(this.#file))) return this.#result('skipped', 'no');
      if (this.#file && this.#options.makeDirectories) await mkdir(dirname(this.#file.path), { recursive: true });
      await this.#fetch();
      const verified = await this.#verify();
      await this.#sink.end(this.#options.preserveTime ? await this.#time() : undefined);
      return this.#result('transferred', verified);
    } catch (cause) {
      const error = transferError(cause, this.#path);
      await this.#sink.fail(error, error.retryable || RESUMABLE.has(error.code));
      throw error;
    } finally {
      release?.();
    }
  }

  #checkOptions(): void {
    const { start = 0, end = Number.MAX_SAFE_INTEGER, type, rateLimit } = this.#options;
    checkRate('rateLimit', rateLimit);
    const ranged = start > 0 || end < Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(start) || start < 0 || end < start)
      throw usageError(`start and end: ${start} to ${end} is no range of octets`);
    if (ranged && this.#file) throw usageError('start and end are for streams: a file is fetched whole');
    if (ranged && type === 'ascii') throw usageError('A range is of octets: it does not go with type ascii');
  }

  get #start(): number {
    return this.#options.start ?? 0;
  }

  get #most(): number | undefined {
    return this.#options.end === undefined ? undefined : this.#options.end - this.#start;
  }

  /** Looks at what is at the target already. True when nothing is to be done. */
  async #isSettled(file: FileSink): Promise<boolean> {
    const { ifExists = 'overwrite' } = this.#options;
    if (ifExists === 'overwrite') return false;
    const there = await localFile(file.path);
    if (ifExists === 'resume') return await this.#resume(file, there?.size);
    if (!there) return false;
    if (ifExists === 'skip') return true;
    if (ifExists === 'error')
      throw new FtpError('EXISTS', `${file.path} is there already`, { phase: 'local', path: file.path });
    const modified = await this.#time();
    return modified !== undefined && modified.getTime() <= there.modified.getTime();
  }

  /** Goes on behind what an earlier download has left, under the temporary name or, from others, under the final one. */
  async #resume(file: FileSink, size: number | undefined): Promise<boolean> {
    if (this.#options.type === 'ascii') return false;
    const partial = file.partial === file.path ? undefined : await localFile(file.partial);
    if (size === undefined && !partial) return false;
    await this.#connections.use((session) => this.#learnSize(session, true), { signal: this.#job.signal });
    if (size !== undefined && size === this.#total) return true;
    const kept = partial?.size ?? size ?? 0;
    if (this.#total === undefined || kept > this.#total) return false;
    if (!partial) await file.adopt();
    this.#position = kept;
    this.#resumedAt = kept;
    return false;
  }

  async #time(): Promise<Date | undefined> {
    this.#modified ??= await this.#connections.use((session) => remoteModified(session, this.#path), {
      signal: this.#job.signal,
    });
    if (!this.#modified)
      this.#connections.core.warn('TIME_NOT_KEPT', `${this.#path}: the server does not say when it was modified`);
    return this.#modified;
  }

  async #fetch(): Promise<void> {
    const { segments = 1, type } = this.#options;
    const { signal } = this.#job;
    if (segments > 1 && this.#file && this.#position === 0 && type !== 'ascii') {
      await this.#connections.use((session) => this.#learnSize(session, true), { signal });
      if (this.#total !== undefined && (await this.#fetchSegments(this.#file, this.#total, segments))) return;
    }
    for (let attempt = 1; ; attempt += 1) {
      this.#job.attempt = attempt;
      try {
        return await this.#connections.use((session) => this.#once(session), {
          signal,
          repeatable: false,
          heedsSignal: true,
        });
      } catch (cause) {
        const error = transferError(cause, this.#path);
        if (!this.#mayTryAgain(error, attempt)) throw error;
        if (this.#position === 0) await this.#file?.rewind();
        this.#connections.core.warn(
          'RETRY',
          `${this.#path}: try ${attempt + 1}, from octet ${this.#position}: ${error.message}`,
        );
        if (error.code !== 'DATA_CONNECTION') await this.#connections.pause(attempt, signal);
      }
    }
  }

  #opened(session: ClientSession, path: DataPath): void {
    this.#job.dataPath = path;
    this.#tls = session.control.tls;
  }

  async #fetchSegments(file: FileSink, total: number, segments: number): Promise<boolean> {
    const done = await fetchSegments(this.#connections, file, {
      path: this.#path,
      total,
      segments,
      signal: this.#job.signal,
      onOpen: (session, path) => this.#opened(session, path),
      beforeRetry: this.#expectUnchanged,
      limiter: this.#limiter,
      onOctets: (octets) => this.#job.reached(octets),
    });
    this.#position = done;
    this.#moved = done;
    return done === total;
  }

  #mayTryAgain(error: FtpError, attempt: number): boolean {
    if (this.#job.signal.aborted || attempt >= this.#connections.core.settings.limits.maxAttempts) return false;
    // What REST counts is not what is left of a file that is translated.
    const anew = error.code === 'CHANGED' || (error.retryable && this.#options.type === 'ascii');
    if (anew && this.#position > 0) {
      this.#position = 0;
      this.#resumedAt = 0;
      return this.#sink.rewinds;
    }
    if (!isWorthAnotherTry(error, attempt)) return false;
    // Nobody notices a second try from the wrong place unless the size is known.
    return this.#position === this.#start || this.#sink.rewinds || this.#total !== undefined;
  }

  async #once(session: ClientSession): Promise<void> {
    const known = this.#total;
    if (known === undefined && this.#connections.announcesSize !== true) await this.#learnSize(session, false);
    if (this.#job.attempt > 1 && this.#position > this.#start) await this.#expectUnchanged(session);
    const overlap = new Overlap(
      this.#path,
      this.#position > this.#start ? await this.#sink.tail(this.#position) : undefined,
    );
    const from = this.#position - overlap.left;
    if (this.#options.verify === 'hash' && !this.#file && this.#position === 0 && this.#most === undefined)
      this.#hash = passingHash(this.#connections);
    const most = this.#most === undefined ? undefined : this.#most - (from - this.#start);
    if (most === 0 || (this.#total !== undefined && this.#total > 0 && from > this.#total)) return;
    await receive(session, {
      verb: 'RETR',
      argument: this.#path,
      offset: from,
      type: this.#options.type ?? 'binary',
      attempts: this.#attempts,
      signal: this.#job.signal,
      limiter: this.#limiter,
      keepsChunks: this.#sink.keepsChunks,
      expected: this.#total === undefined ? undefined : this.#total - from,
      most,
      onOpen: (path, first) => {
        this.#opened(session, path);
        if (from === 0) this.#heed(announcedSize(first.lines));
      },
      deliver: async (chunks) => {
        await this.#take(overlap.beyond(chunks));
        this.#job.reached(this.#position);
      },
    });
    if (overlap.left > 0) throw this.#truncated(this.#position - overlap.left);
    await this.#expectAll(session);
  }

  get #comparesSize(): boolean {
    const { verify, type, end } = this.#options;
    return verify !== 'none' && type !== 'ascii' && end === undefined;
  }

  /** Less than was announced is worth another try, unless the file has become that short meanwhile. */
  async #expectAll(session: ClientSession): Promise<void> {
    const believed = this.#total;
    if (!this.#comparesSize || believed === undefined || this.#position >= believed) return;
    this.#total = (await remoteSize(session, this.#path)) ?? believed;
    if (this.#position < this.#total) throw this.#truncated(this.#position);
  }

  /** A file that was replaced by one of the same size: its end would be joined to the beginning of the other. */
  readonly #expectUnchanged = async (session: ClientSession): Promise<void> => {
    const before = this.#modified;
    this.#modified = (await remoteModified(session, this.#path)) ?? before;
    if (before && this.#modified && !isSameTime(before, this.#modified)) throw changed(this.#path);
  };

  async #take(chunks: readonly Uint8Array[]): Promise<void> {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (size === 0) return;
    for (const chunk of this.#hash ? chunks : []) this.#hash?.update(chunk);
    await this.#sink.write(chunks, this.#position);
    this.#position += size;
    this.#moved += size;
  }

  async #learnSize(session: ClientSession, always: boolean): Promise<void> {
    const { verify = 'size', type } = this.#options;
    if (this.#total !== undefined || (!always && (verify === 'none' || type === 'ascii'))) return;
    this.#total = await remoteSize(session, this.#path);
    this.#job.total = this.#total;
  }

  /** The 150 may say the size; whether this server tells the truth there is learnt where it has SIZE to compare with. */
  #heed(announced: number | undefined): void {
    if (this.#total !== undefined) this.#connections.announcesSize ??= announced === this.#total;
    else if (this.#connections.announcesSize !== false) this.#total = announced;
    this.#job.total = this.#total;
  }

  async #verify(): Promise<TransferResult['verified']> {
    if (!this.#comparesSize) return 'no';
    const believed = this.#total;
    if (this.#position !== believed) {
      // What was believed may be old, or not have been said: the server has the last word.
      this.#total = await this.#connections.use((session) => remoteSize(session, this.#path), {
        signal: this.#job.signal,
      });
      if ((this.#total ?? believed) === undefined)
        this.#connections.core.warn('SIZE_UNKNOWN', `${this.#path}: the server says no size to compare with`);
      if (this.#position !== (this.#total ?? believed ?? this.#position)) throw this.#truncated(this.#position);
    }
    if (
      this.#options.verify === 'hash' &&
      (await agreesByHash(this.#connections, this.#path, {
        signal: this.#job.signal,
        ours: (name) => this.#ownHash(name),
      }))
    )
      return 'hash';
    return (this.#total ?? believed) === undefined ? 'no' : 'size';
  }

  async #ownHash(algorithm: HashAlgorithm): Promise<string | undefined> {
    return this.#file ? await this.#file.hash(new ContentHash(algorithm), this.#position) : this.#hash?.hex();
  }

  #truncated(received: number): TruncatedError {
    const expected = this.#total ?? 0;
    return new TruncatedError(
      `${this.#path}: ${received} octets came, the server has ${expected}`,
      { expected, received },
      { path: this.#path },
    );
  }

  #result(outcome: TransferResult['outcome'], verified: TransferResult['verified']): TransferResult {
    return {
      outcome,
      octets: this.#moved,
      size: outcome === 'skipped' ? (this.#total ?? 0) : this.#position,
      resumedAt: this.#resumedAt,
      attempts: this.#job.attempt,
      milliseconds: this.#job.milliseconds,
      verified,
      dataPath: this.#job.dataPath,
      tls: this.#tls,
    };
  }
}
