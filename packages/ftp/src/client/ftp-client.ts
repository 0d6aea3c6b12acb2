import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import type { Reply } from '../protocol/index.js';
import { Connections } from './connections.js';
import type {
  CallOptions,
  Client,
  DownloadOptions,
  DownloadTarget,
  HashAlgorithm,
  HeldSession,
  Listing,
  RemoteEntry,
  RemoteHash,
  RemoveOptions,
  ServerInfo,
  Transfer,
  TransferOptions,
  UploadOptions,
  UploadSource,
  WalkOptions,
} from './contract.js';
import { copy } from './copy.js';
import { Core } from './core.js';
import { Download } from './download.js';
import { FtpError } from './errors.js';
import type { ClientEvents } from './events.js';
import { remoteHash } from './hash.js';
import { FolderListing, readFolder } from './listing.js';
import { makeDirectory, rename, setMode, setModified } from './name-commands.js';
import { rawCommand } from './raw-command.js';
import { absolutePath } from './remote-path.js';
import { remove } from './remove.js';
import type { ClientSession } from './session.js';
import type { Settings } from './settings.js';
import { exists, stat } from './stat.js';
import { TransferJob } from './transfer-job.js';
import { Upload } from './upload.js';
import { glob, walk } from './walk.js';

/** The one client there is: over one connection or several, as many as it is given. */
export class FtpClient extends EventEmitter<ClientEvents> implements Client {
  readonly #connections: Connections;

  constructor(settings: Settings, maxConnections: number) {
    super();
    const wants = (): boolean => this.listenerCount('connection') > 0;
    const core = new Core(settings, {
      get wantsConnections() {
        return wants();
      },
      connection: (event) => this.emit('connection', event),
      transfer: (event) => this.emit('transfer', event),
      warning: (event) => this.emit('warning', event),
    });
    this.#connections = new Connections(core, maxConnections);
  }

  async info(options: CallOptions = {}): Promise<ServerInfo> {
    return await this.#connections.use(async (session) => this.#infoOf(session), options);
  }

  #infoOf(session: ClientSession): ServerInfo {
    const { facts, core } = this.#connections;
    if (!facts) throw new FtpError('CLOSED', 'There is no connection', { connectionUsable: false });
    return { ...facts, remote: session.control.remote, tls: session.control.tls, dataPath: core.dataPath };
  }

  /** Paths need the login directory; it is known once anybody is logged in, and an absolute path does without. */
  async #absolute(path: string, options: CallOptions = {}): Promise<string> {
    const { facts } = this.#connections;
    if (facts || path.startsWith('/')) return absolutePath(facts?.home ?? '/', path);
    absolutePath('/', path); // nothing is sent for a path that cannot be
    return absolutePath((await this.info(options)).home, path);
  }

  list(path = '', options: CallOptions = {}): Listing {
    return new FolderListing(async () => readFolder(this.#connections, await this.#absolute(path, options), options));
  }

  async *walk(path = '', options: WalkOptions = {}): AsyncGenerator<RemoteEntry> {
    yield* walk(this, await this.#absolute(path, options), this.#connections.core.settings.limits.maxDepth, options);
  }

  async *glob(pattern: string, options: CallOptions = {}): AsyncGenerator<RemoteEntry> {
    const { maxDepth } = this.#connections.core.settings.limits;
    yield* glob(this, await this.#absolute(pattern, options), { ...options, maxDepth });
  }

  async stat(path: string, options: CallOptions = {}): Promise<RemoteEntry> {
    return await stat(this.#connections, await this.#absolute(path, options), options);
  }

  async exists(path: string, options: CallOptions = {}): Promise<boolean> {
    return await exists(this.#connections, await this.#absolute(path, options), options);
  }

  get(path: string, target: DownloadTarget, options: DownloadOptions = {}): Transfer {
    return new TransferJob(async (job) => {
      const from = await this.#absolute(path, { signal: job.signal });
      return await this.#reported('download', from, job, () =>
        new Download(this.#connections, from, target, options, job).run(),
      );
    }, options);
  }

  put(source: UploadSource, path: string, options: UploadOptions = {}): Transfer {
    if (source instanceof Readable) source.on('error', () => {}); // told when its turn has come to be read
    return new TransferJob(async (job) => {
      const to = await this.#absolute(path, { signal: job.signal });
      return await this.#reported('upload', to, job, () =>
        new Upload(this.#connections, source, to, options, job).run(),
      );
    }, options);
  }

  async #reported<T>(
    direction: 'download' | 'upload',
    path: string,
    job: TransferJob,
    run: () => Promise<T>,
  ): Promise<T> {
    const { core } = this.#connections;
    const report = (state: 'started' | 'progress' | 'done' | 'failed', reason?: string): void => {
      if (this.listenerCount('transfer') === 0) return;
      const { octets, total, dataPath } = job;
      core.emitTransfer({
        state,
        direction,
        path,
        octets,
        ...(total !== undefined && { total }),
        ...(dataPath && { dataPath }),
        ...(reason !== undefined && { reason }),
      });
    };
    report('started');
    job.onReached = () => report('progress');
    try {
      const result = await this.#connections.call(run);
      report('done');
      return result;
    } catch (error) {
      report('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  createReadStream(path: string, options: DownloadOptions = {}): Readable {
    const stream = new PassThrough({ highWaterMark: this.#connections.core.settings.limits.readAhead });
    const transfer = this.get(path, stream, options);
    stream.once('close', () => {
      if (!stream.readableEnded) transfer.abort(new Error('the stream was closed'));
    });
    transfer.catch((error: unknown) => stream.destroy(error instanceof Error ? error : undefined));
    return stream;
  }

  readable(path: string, options: DownloadOptions = {}): ReadableStream<Uint8Array> {
    return Readable.toWeb(this.createReadStream(path, options));
  }

  /** It finishes when the server has everything. */
  createWriteStream(path: string, options: UploadOptions = {}): Writable {
    const pipe = new PassThrough();
    const transfer = this.put(pipe, path, options);
    const stream = new Writable({
      write: (chunk, encoding, done) => {
        // Closed: no more is wanted, as by `ifExists`.
        if (pipe.destroyed || pipe.write(chunk, encoding)) return done();
        const goOn = (): void => {
          pipe.off('drain', goOn).off('close', goOn);
          done();
        };
        pipe.once('drain', goOn).once('close', goOn);
      },
      final: (done) => {
        pipe.end();
        void tell(transfer, done);
      },
      destroy: (error, done) => {
        if (error) transfer.abort(error);
        pipe.destroy();
        done(error);
      },
    });
    transfer.catch((error: unknown) => stream.destroy(error instanceof Error ? error : undefined));
    return stream;
  }

  writable(path: string, options: UploadOptions = {}): WritableStream<Uint8Array> {
    return Writable.toWeb(this.createWriteStream(path, options));
  }

  async bytes(path: string, options: DownloadOptions = {}): Promise<Uint8Array> {
    const { maxContentLength } = this.#connections.core.settings.limits;
    const chunks: Uint8Array[] = [];
    let size = 0;
    const memory = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        size += chunk.length;
        chunks.push(chunk);
        const tooLong = size > maxContentLength;
        done(tooLong ? new FtpError('LIMIT', `${path} is longer than limits.maxContentLength`, { path }) : null);
      },
    });
    await this.get(path, memory, options);
    return Buffer.concat(chunks);
  }

  async text(path: string, options: DownloadOptions = {}): Promise<string> {
    return new TextDecoder().decode(await this.bytes(path, options));
  }

  async makeDirectory(path: string, options: CallOptions & { readonly recursive?: boolean } = {}): Promise<void> {
    await makeDirectory(this.#connections, await this.#absolute(path, options), options);
  }

  async remove(path: string, options: RemoveOptions = {}): Promise<void> {
    const target = await this.#absolute(path, options);
    if (target === '/') throw new FtpError('USAGE', 'The root cannot be removed', { phase: 'usage', path });
    await remove(this.#connections, target, options);
  }

  async rename(from: string, to: string, options: CallOptions = {}): Promise<void> {
    await rename(this.#connections, await this.#absolute(from, options), await this.#absolute(to, options), options);
  }

  async setMode(path: string, mode: number, options: CallOptions = {}): Promise<void> {
    await setMode(this.#connections, await this.#absolute(path, options), mode, options);
  }

  async setModified(path: string, at: Date, options: CallOptions = {}): Promise<void> {
    await setModified(this.#connections, await this.#absolute(path, options), at, options);
  }

  async hash(path: string, algorithm?: HashAlgorithm, options: CallOptions = {}): Promise<RemoteHash> {
    return await remoteHash(this.#connections, await this.#absolute(path, options), { ...options, algorithm });
  }

  copyTo(
    other: Client,
    from: string,
    to: string,
    options: TransferOptions & { readonly via?: 'auto' | 'fxp' | 'relay' } = {},
  ): Transfer {
    return new TransferJob(async (job) => {
      if (!(other instanceof FtpClient))
        throw new FtpError('USAGE', 'The other one is no client of this library', { phase: 'usage' });
      const source = { client: this, connections: this.#connections, path: await this.#absolute(from, job) };
      const target = { client: other, connections: other.#connections, path: await other.#absolute(to, job) };
      return await this.#connections.call(() => copy({ from: source, to: target, options, job }));
    }, options);
  }

  async command(line: string, options: CallOptions = {}): Promise<Reply> {
    return await this.session((session) => session.command(line), options);
  }

  async session<T>(use: (session: HeldSession) => Promise<T>, options: CallOptions = {}): Promise<T> {
    return await this.#connections.use(
      async (session) => {
        let isOver = false;
        const command: HeldSession['command'] = async (line, call) => {
          if (isOver)
            throw new FtpError('USAGE', 'The session was given back: it is for others now', { phase: 'usage' });
          return await rawCommand(session, line, call);
        };
        try {
          return await use({ server: this.#infoOf(session), command });
        } finally {
          isOver = true;
        }
      },
      { ...options, repeatable: false },
    );
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  destroy(): void {
    this.#connections.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** How a promise ended, to whoever wants a callback. */
async function tell(promise: PromiseLike<unknown>, done: (error?: Error | null) => void): Promise<void> {
  let failure: Error | null = null;
  try {
    await promise;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure);
}
