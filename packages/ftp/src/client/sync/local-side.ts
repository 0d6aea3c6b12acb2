import { createReadStream, lstatSync } from 'node:fs';
import {
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rmdir,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { paceOf } from '../../disk/index.js';
import type { HashAlgorithm, RemoteHash } from '../contract.js';
import { FtpError } from '../errors.js';
import { hashContent } from './hash-content.js';
import type { SyncRoot, SyncSeen } from './contract.js';
import { errnoOf } from '../../connection/index.js';
import { locally } from './locally.js';
import { folderOf, localNameFault } from './names.js';
import { seenOfStats } from './seen.js';
import type { Side } from './side.js';

/** Files of a folder that are looked at at the same time; between two lots others have their turn. */
const STATS_AT_ONCE = 64;

/** A folder of this machine. */
export class LocalSide implements Side {
  readonly isLocal = true;
  readonly isIncomplete = false;
  readonly root: string;
  readonly #signal: AbortSignal | undefined;

  constructor(root: string, signal?: AbortSignal) {
    this.root = resolve(root);
    this.#signal = signal;
  }

  async describe(): Promise<SyncRoot> {
    return { kind: 'local', path: this.root };
  }

  async foldsNames(): Promise<boolean> {
    return process.platform === 'win32' || process.platform === 'darwin';
  }

  nameFault(folder: string, name: string): string | undefined {
    return localNameFault(this.pathOf(folder), name, process.platform);
  }

  /** For `fs`. The path is one that {@link nameFault} has passed, component by component. */
  pathOf(path: string): string {
    if (path === '') return this.root;
    return this.root.endsWith('/') ? this.root + path : `${this.root}/${path}`;
  }

  list(folder: string): Promise<ReadonlyMap<string, SyncSeen>> {
    const directory = this.pathOf(folder);
    return locally(directory, async () => {
      const names = await readdir(directory);
      const entries = new Map<string, SyncSeen>();
      for (let at = 0; at < names.length; at += STATS_AT_ONCE) {
        if (at > 0) await nextTurn();
        this.#signal?.throwIfAborted();
        const some = names.slice(at, at + STATS_AT_ONCE);
        const seen = await Promise.all(some.map((name) => look(`${directory}/${name}`)));
        for (const [index, name] of some.entries()) {
          const entry = seen[index] ?? lostName(name);
          if (entry !== undefined) entries.set(name, entry);
        }
      }
      return entries;
    });
  }

  stat(path: string): Promise<SyncSeen | undefined> {
    return locally(this.pathOf(path), () => (path === '' ? this.follow(path) : look(this.pathOf(path))));
  }

  follow(path: string): Promise<SyncSeen | undefined> {
    const file = this.pathOf(path);
    return locally(file, () => ifThere(async () => seenOfStats(await stat(file))));
  }

  hash(path: string, algorithm?: HashAlgorithm): Promise<RemoteHash> {
    const file = this.pathOf(path);
    return locally(file, () => hashContent(createReadStream(file, { signal: this.#signal }), algorithm));
  }

  async makeDirectory(path: string): Promise<void> {
    if (path !== '') await this.checkFolder(folderOf(path));
    await locally(this.pathOf(path), () => mkdir(this.pathOf(path), { recursive: path === '' }));
  }

  async removeFile(path: string): Promise<void> {
    await this.checkFolder(folderOf(path));
    await locally(this.pathOf(path), () => unlink(this.pathOf(path)));
  }

  async removeDirectory(path: string): Promise<void> {
    if (path === '') throw new FtpError('USAGE', 'The root is never deleted', { phase: 'usage' });
    await this.checkFolder(folderOf(path));
    await locally(this.pathOf(path), () => rmdir(this.pathOf(path)));
  }

  async setModified(path: string, at: Date): Promise<void> {
    await this.checkFolder(folderOf(path));
    await locally(this.pathOf(path), () => utimes(this.pathOf(path), at, at));
  }

  async keepsTimes(): Promise<boolean> {
    return true;
  }

  /** Moves what is under another name in the same folder to its place. */
  async put(from: string, to: string): Promise<void> {
    await this.checkFolder(folderOf(to));
    await locally(this.pathOf(to), () => rename(this.pathOf(from), this.pathOf(to)));
  }

  /** Drops the last octet of a file. */
  async shorten(path: string, size: number): Promise<void> {
    await locally(this.pathOf(path), () => truncate(this.pathOf(path), Math.max(0, size - 1)));
  }

  async makeLink(path: string, target: string): Promise<void> {
    await this.checkFolder(folderOf(path));
    await locally(this.pathOf(path), () => symlink(target, this.pathOf(path)));
  }

  /** Rejects with UNSAFE_NAME where a folder on the way down to this one is a link by now: what is written there would be elsewhere. */
  async checkFolder(folder: string): Promise<void> {
    let path = folder;
    while (path !== '') {
      const seen = await this.stat(path);
      if (seen?.type === 'link') {
        throw new FtpError('UNSAFE_NAME', `${this.pathOf(path)} is a link, and may lead out of ${this.root}`, {
          phase: 'local',
          path: this.pathOf(path),
        });
      }
      path = folderOf(path);
    }
  }

  close(): void {}
}

function look(path: string): Promise<SyncSeen | undefined> {
  return ifThere(async () => {
    const stats = await paceOf(dirname(path)).run(
      () => lstatSync(path),
      () => lstat(path),
    );
    return seenOfStats(stats, stats.isSymbolicLink() ? await readlink(path) : undefined);
  });
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR' || errnoOf(error) === 'ENAMETOOLONG')
      return undefined;
    throw error;
  }
}

/** A name that is not UTF-8 comes with U+FFFD in it and is not found under it; it is shown, so that its name can be refused. */
function lostName(name: string): SyncSeen | undefined {
  return name.includes('\u{FFFD}') ? { type: 'file' } : undefined;
}
