import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { type Client, FtpError, createPool } from '@twinport/ftp/client';
import { resolveRemote } from '../sites/index.js';
import {
  type Bounds,
  type Files,
  type Measured,
  measureDownload,
  measureListing,
  measureLogin,
  measureNoop,
  measureSmallDownloads,
  measureSmallUploads,
  measureUpload,
} from './bench-measures.js';
import { benchText } from './bench-text.js';
import type { BenchFlags } from './bench.js';
import type { CommandRun } from './command-run.js';
import { foundOf, isRoot } from './place.js';
import { Board } from './progress/board.js';
import { DEFAULT_PARALLEL } from './shared-flags.js';

const REMOVAL_MS = 30_000;
const REFUSALS: ReadonlySet<string> = new Set(['PERMISSION', 'REPLY', 'UNSUPPORTED']);

/** Measures one server, one thing after the other, over connections of one client. */
export class ServerBench {
  readonly #run: CommandRun;
  readonly #flags: BenchFlags;
  readonly #bounds: Bounds;
  readonly #connections: number;

  constructor(run: CommandRun, flags: BenchFlags) {
    this.#run = run;
    this.#flags = flags;
    this.#bounds = { seconds: flags.seconds, signal: run.signal };
    this.#connections = flags.parallel ?? DEFAULT_PARALLEL;
  }

  async measure(text: string): Promise<void> {
    const { options, path } = await resolveRemote(text, this.#flags);
    const open = (maxConnections: number): Client => {
      const client = createPool(options, { maxConnections });
      this.#run.watch(client);
      return client;
    };
    const client = open(this.#connections);
    try {
      const isFile = await this.#isFile(client, path);
      await this.#tell(client, 'login', () => measureLogin(() => open(1), this.#bounds));
      await this.#tell(client, 'NOOP', () => measureNoop(client, this.#bounds));
      const folder = isFile ? posix.dirname(path) : path;
      await this.#tell(client, 'listing', () => measureListing(client, folder, this.#bounds), 1);
      if (isFile)
        await this.#tellFiles(client, 'download', { count: 1, connections: 1, nameOf: () => path }, (files) =>
          measureDownload(client, files, this.#bounds),
        );
      await this.#write(client, folder);
    } finally {
      await client.close();
    }
  }

  async #isFile(client: Client, path: string): Promise<boolean> {
    if (isRoot(path) || path.endsWith('/')) return false;
    const { signal } = this.#run;
    return (await foundOf(client, await client.stat(path, { signal }), signal)).type === 'file';
  }

  async #write(client: Client, above: string): Promise<void> {
    if (!this.#flags.write) return this.#run.screen.say('twinport: nothing was written: --write measures uploads too');
    const folder = posix.join(above, `twinport-bench-${randomBytes(4).toString('hex')}`);
    let made = true;
    try {
      made = await this.#makeFolder(client, folder);
      if (made) await this.#inFolder(client, folder);
    } finally {
      if (made) await this.#removeFolder(client, folder);
    }
  }

  /** No signal: a folder that is being made when Ctrl-C comes is there when it is removed. */
  async #makeFolder(client: Client, folder: string): Promise<boolean> {
    try {
      await client.makeDirectory(folder);
      return true;
    } catch (error) {
      if (!(error instanceof FtpError) || !REFUSALS.has(error.code)) throw error;
      const message = `nothing can be written there: ${error.message}`;
      this.#run.screen.insist(`twinport: ${message}`);
      this.#run.leftOut(folder, error.code, message);
      return false;
    }
  }

  /** After Ctrl-C too, which has aborted all other calls. */
  async #removeFolder(client: Client, folder: string): Promise<void> {
    try {
      await client.remove(folder, { recursive: true, force: true, signal: AbortSignal.timeout(REMOVAL_MS) });
    } catch (error) {
      this.#run.screen.insist(`twinport: ${folder} is left on the server, it could not be removed`);
      throw error;
    }
  }

  async #inFolder(client: Client, folder: string): Promise<void> {
    for (const connections of new Set([1, this.#connections])) {
      await this.#connect(client, connections);
      await this.#large(client, folder, connections);
      await this.#small(client, folder, connections);
    }
  }

  /** So that no measure of transfers begins with logins. */
  async #connect(client: Client, connections: number): Promise<void> {
    const { signal } = this.#run;
    const all = Array.from({ length: connections }, () =>
      client.session((session) => session.command('NOOP', { signal }), { signal }),
    );
    await Promise.all(all);
  }

  async #large(client: Client, folder: string, connections: number): Promise<void> {
    const files = { count: connections, connections, nameOf: (index: number) => `${folder}/large-${index}` };
    await this.#tellFiles(client, 'upload', files, (all) => measureUpload(client, all, this.#flags.size, this.#bounds));
    await this.#tellFiles(client, 'download', files, (all) => measureDownload(client, all, this.#bounds));
  }

  async #small(client: Client, folder: string, connections: number): Promise<void> {
    const files = {
      count: this.#flags.files,
      connections,
      nameOf: (index: number) => `${folder}/small-${connections}-${index}`,
    };
    const { files: count } = await this.#tellFiles(client, 'upload 4 KiB files', files, (all) =>
      measureSmallUploads(client, all, this.#bounds),
    );
    await this.#tellFiles(client, 'download 4 KiB files', { ...files, count }, (all) =>
      measureSmallDownloads(client, all, this.#bounds),
    );
  }

  async #tellFiles<M extends Measured>(
    client: Client,
    measure: string,
    files: Omit<Files, 'board'>,
    work: (files: Files) => Promise<M>,
  ): Promise<M> {
    const board = new Board(this.#run.screen);
    board.expect(files.count, undefined);
    const moved = (): Promise<M> => work({ ...files, board }).finally(() => board.stop());
    return await this.#tell(client, measure, moved, files.connections);
  }

  /** `connections` is how many had data connections. */
  async #tell<M extends Measured>(
    client: Client,
    measure: string,
    work: () => Promise<M>,
    connections?: number,
  ): Promise<M> {
    const { screen, out, signal } = this.#run;
    if (screen.isTerminal && !screen.quiet) screen.draw([`measuring: ${measure}`]);
    const measured = await work();
    const { dataPath, tls } = await client.info({ signal });
    screen.clear();
    const line = {
      measure,
      ...measured,
      ...(connections !== undefined && { connections, dataPath }),
      tls: tls?.protocol ?? null,
    };
    await out.item(line, () => benchText(line));
    this.#run.succeed();
    return measured;
  }
}
