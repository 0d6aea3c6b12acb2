import type { HashAlgorithm, RemoteHash } from '../contract.js';
import type { SyncRoot, SyncSeen } from './contract.js';

/**
 * One side of a synchronisation. Paths are relative to its root, without a leading slash; `''` is the root. Everything rejects with
 * FtpError. What changes the side never follows a link inside of it that leads elsewhere.
 */
export interface Side {
  readonly isLocal: boolean;
  /** Says no passwords. */
  describe(): Promise<SyncRoot>;
  /** Whether names that differ by case or Unicode form only are one name here. */
  foldsNames(): Promise<boolean>;
  /** Why this side cannot hold such a name in such a folder, in words. */
  nameFault(folder: string, name: string): string | undefined;
  /** What is in a folder, by name. */
  list(folder: string): Promise<ReadonlyMap<string, SyncSeen>>;
  /** What is there, as exactly as can be learned; undefined where there is nothing. `like`: what was there; a link is not followed then. */
  stat(path: string, like?: SyncSeen): Promise<SyncSeen | undefined>;
  /** What a link leads to; undefined where that is nothing. */
  follow(path: string): Promise<SyncSeen | undefined>;
  /** Of the file's content: by this algorithm, or by the one that costs this side least. */
  hash(path: string, algorithm?: HashAlgorithm): Promise<RemoteHash>;
  makeDirectory(path: string): Promise<void>;
  /** A file or link. */
  removeFile(path: string): Promise<void>;
  /** An empty folder. */
  removeDirectory(path: string): Promise<void>;
  setModified(path: string, at: Date): Promise<void>;
  /** Whether `setModified` is known to work. */
  keepsTimes(): Promise<boolean>;
  /** Whether the last listings may have left something out. */
  readonly isIncomplete: boolean;
  close(): void;
}
