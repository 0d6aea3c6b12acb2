import { open, readFile, rename, unlink } from 'node:fs/promises';
import { FtpError } from '../errors.js';
import type { SyncedFile } from './compare.js';
import type { SyncRoot, SyncSeen } from './contract.js';
import { isRecord, isRoot, isSeen, isSyncedFile } from './json-shapes.js';
import { errnoOf } from '../../connection/index.js';
import { locally } from './locally.js';
import { isSameSeen } from './seen.js';

/** Octets of a state file that are read. */
const MAX_STATE_LENGTH = 512 * 1024 * 1024;
/** Between two savings while a run goes on: what a killed run has done since is copied again. */
const SAVE_EVERY_MS = 2_000;
/** A state that takes long to write is written so much less often. */
const SAVE_AT_MOST = 1 / 20;

interface StateFile {
  readonly version: 1;
  readonly from: SyncRoot;
  readonly to: SyncRoot;
  /** Files that have been copied. */
  readonly files: Readonly<Record<string, SyncedFile>>;
  /** Files whose copying was begun and has not ended well, as the source was then. */
  readonly started: Readonly<Record<string, SyncSeen>>;
}

/** What was copied, kept in a JSON file. */
export class SyncState {
  readonly #path: string;
  readonly #from: SyncRoot;
  readonly #to: SyncRoot;
  readonly #files: Map<string, SyncedFile>;
  readonly #started: Map<string, SyncSeen>;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #pauseMs = SAVE_EVERY_MS;
  #failure: FtpError | undefined;

  private constructor(path: string, roots: { from: SyncRoot; to: SyncRoot }, file: Partial<StateFile>) {
    this.#path = path;
    this.#from = roots.from;
    this.#to = roots.to;
    this.#files = new Map(Object.entries(file.files ?? {}));
    this.#started = new Map(Object.entries(file.started ?? {}));
  }

  /** A file that is missing is an empty state. Rejects with USAGE where it is none, or one for other folders. */
  static async load(path: string, roots: { from: SyncRoot; to: SyncRoot }): Promise<SyncState> {
    const text = await locally(path, () => readState(path));
    if (text === undefined) return new SyncState(path, roots, {});
    const file = parseState(text, path);
    if (!isSameFolder(file.from, roots.from) || !isSameFolder(file.to, roots.to)) {
      throw new FtpError('USAGE', `${path} is the state of other folders`, { phase: 'usage', path });
    }
    return new SyncState(path, roots, file);
  }

  synced(path: string): SyncedFile | undefined {
    return this.#files.get(path);
  }

  wasStarted(path: string, source: SyncSeen): boolean {
    const started = this.#started.get(path);
    return started?.size !== undefined && started.modified !== undefined && isSameSeen(started, source);
  }

  /** `isInPlace`: what the target has is overwritten from now on. */
  start(path: string, source: SyncSeen, { isInPlace }: { readonly isInPlace: boolean }): void {
    this.#started.set(path, source);
    if (isInPlace) this.#files.delete(path);
    this.#saveLater();
  }

  finish(path: string, file: SyncedFile): void {
    this.#started.delete(path);
    this.#files.set(path, file);
    this.#saveLater();
  }

  forget(path: string): void {
    this.#started.delete(path);
    this.#files.delete(path);
    this.#saveLater();
  }

  /** Writes what there is. Rejects with what ever went wrong with the file since the beginning. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
    await this.#saving;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #saveLater(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, this.#pauseMs);
    this.#timer.unref();
  }

  #write(): void {
    this.#saving = this.#saving
      .then(() => this.#writeNow())
      .catch((error: unknown) => {
        this.#failure ??= error instanceof FtpError ? error : new FtpError('LOCAL', String(error), { phase: 'local' });
      });
  }

  async #writeNow(): Promise<void> {
    const began = performance.now();
    const text = JSON.stringify({
      version: 1,
      from: this.#from,
      to: this.#to,
      files: Object.fromEntries(this.#files),
      started: Object.fromEntries(this.#started),
    } satisfies StateFile);
    await locally(this.#path, () => replaceFile(this.#path, `${text}\n`));
    this.#pauseMs = Math.max(SAVE_EVERY_MS, (performance.now() - began) / SAVE_AT_MOST);
  }
}

async function readState(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_STATE_LENGTH) throw new FtpError('LIMIT', `${path} is too large for a state`, { path });
    return bytes.toString('utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The old content or the new, whenever the machine stops. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => {}); // what matters is why it could not be written
    throw error;
  }
}

function parseState(text: string, path: string): StateFile {
  try {
    const value: unknown = JSON.parse(text);
    if (isStateFile(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new FtpError('USAGE', `${path} is not the state of a synchronisation`, { phase: 'usage', path });
}

function isStateFile(value: unknown): value is StateFile {
  if (!isRecord(value) || value['version'] !== 1 || !isRoot(value['from']) || !isRoot(value['to'])) return false;
  const { files, started } = value;
  return (
    isRecord(files) &&
    Object.values(files).every(isSyncedFile) &&
    isRecord(started) &&
    Object.values(started).every(isSeen)
  );
}

function isSameFolder(one: SyncRoot, other: SyncRoot): boolean {
  return one.kind === other.kind && one.path === other.path;
}
