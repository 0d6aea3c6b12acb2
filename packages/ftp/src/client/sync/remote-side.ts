import { joinPath, resolvePath } from '../../protocol/index.js';
import type { CallOptions, Client, HashAlgorithm, RemoteHash } from '../contract.js';
import { FtpError } from '../errors.js';
import type { ClientWarningEvent } from '../events.js';
import { hashContent } from './hash-content.js';
import type { SyncRoot, SyncSeen } from './contract.js';
import { folderOf, nameOf, remoteNameFault } from './names.js';
import { seenOfListed } from './seen.js';
import type { Side } from './side.js';

/** A folder of a server. */
export class RemoteSide implements Side {
  readonly isLocal = false;
  readonly client: Client;
  readonly #givenPath: string;
  readonly #call: CallOptions;
  readonly #onWarning = (warning: ClientWarningEvent): void => {
    if (warning.code === 'UNPARSED_LISTING_LINES') this.#isIncomplete = true;
  };
  #root: string | undefined;
  #isIncomplete = false;

  constructor(client: Client, path: string, signal?: AbortSignal) {
    this.client = client;
    this.#givenPath = path;
    this.#call = signal === undefined ? {} : { signal };
    client.on('warning', this.#onWarning);
  }

  /** Lines of a listing were not understood since the beginning: what they speak of may be there. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  async describe(): Promise<SyncRoot> {
    const { remote } = await this.client.info(this.#call);
    return { kind: 'remote', host: remote.host, port: remote.port, path: await this.root() };
  }

  async foldsNames(): Promise<boolean> {
    const { system } = await this.client.info(this.#call);
    return /windows/i.test(system ?? '');
  }

  nameFault(_folder: string, name: string): string | undefined {
    return remoteNameFault(name);
  }

  async root(): Promise<string> {
    this.#root ??= resolvePath((await this.client.info(this.#call)).home, this.#givenPath);
    return this.#root;
  }

  async pathOf(path: string): Promise<string> {
    return path === '' ? this.root() : joinPath(await this.root(), path);
  }

  async list(folder: string): Promise<ReadonlyMap<string, SyncSeen>> {
    const entries = new Map<string, SyncSeen>();
    const path = await this.pathOf(folder);
    for await (const entry of this.client.list(path, this.#call)) {
      // Names alone would make files of folders, and folders on the other side conflicts.
      if (entry.format === 'names') throw new FtpError('LISTING', `${path}: the server tells names only`, { path });
      if (!entries.has(entry.name)) entries.set(entry.name, seenOfListed(entry));
    }
    return entries;
  }

  async stat(path: string, like?: SyncSeen): Promise<SyncSeen | undefined> {
    // MLST tells of what a link leads to, on some servers; a listing shows the link.
    if (like?.type === 'link') return (await this.list(folderOf(path))).get(nameOf(path));
    try {
      return seenOfListed(await this.client.stat(await this.pathOf(path), this.#call));
    } catch (error) {
      if (error instanceof FtpError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Not every server follows a link for MLST; what it says is still a link is left alone. */
  follow(path: string): Promise<SyncSeen | undefined> {
    return this.stat(path);
  }

  async hash(path: string, algorithm?: HashAlgorithm): Promise<RemoteHash> {
    const file = await this.pathOf(path);
    try {
      return await this.client.hash(file, algorithm, this.#call);
    } catch (error) {
      if (!(error instanceof FtpError && error.code === 'UNSUPPORTED')) throw error;
      return hashContent(this.client.createReadStream(file, this.#call), algorithm);
    }
  }

  async makeDirectory(path: string): Promise<void> {
    await this.client.makeDirectory(await this.pathOf(path), { ...this.#call, recursive: path === '' });
  }

  async removeFile(path: string): Promise<void> {
    await this.client.remove(await this.pathOf(path), this.#call);
  }

  async removeDirectory(path: string): Promise<void> {
    if (path === '') throw new FtpError('USAGE', 'The root is never deleted', { phase: 'usage' });
    await this.client.remove(await this.pathOf(path), this.#call);
  }

  async setModified(path: string, at: Date): Promise<void> {
    await this.client.setModified(await this.pathOf(path), at, this.#call);
  }

  async keepsTimes(): Promise<boolean> {
    return (await this.client.info(this.#call)).features.has('MFMT');
  }

  close(): void {
    this.client.off('warning', this.#onWarning);
  }
}
