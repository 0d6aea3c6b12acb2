import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import type { DataMode, TlsFacts } from '../connection/index.js';
import type { Endpoint, ListedEntry, Reply } from '../protocol/index.js';
import type { ClientEvents } from './events.js';

/** Which of the ways of making a data connection is in use. */
export interface DataPath {
  readonly mode: DataMode;
  /** EPSV, PASV, EPRT or PORT. */
  readonly command: 'EPSV' | 'PASV' | 'EPRT' | 'PORT';
}

/** What every call that waits can be given. */
export interface CallOptions {
  /** Ends this call with `ABORTED`; the session goes on. */
  readonly signal?: AbortSignal;
}

/** An entry with its whole path. */
export interface RemoteEntry extends ListedEntry {
  readonly path: string;
}

/** The entries as they come; or all of them, in the server's order. */
export interface Listing extends AsyncIterableIterator<RemoteEntry> {
  toArray(): Promise<RemoteEntry[]>;
}

export interface WalkOptions extends CallOptions {
  /** Go into links that lead to folders. Default false; a folder is entered once. */
  readonly followLinks?: boolean;
  /** Return false to stay out of a folder. */
  readonly enter?: (folder: RemoteEntry) => boolean;
}

/** What to do where the target is there already. `resume` continues it, `newer` replaces it if the source is newer. */
export type IfExists = 'overwrite' | 'skip' | 'resume' | 'newer' | 'error';

/** How it is made sure that all has come. `size`: SIZE, the 150 reply or MLST; `hash`: a hash as well, where the server offers one. */
export type Verify = 'size' | 'hash' | 'none';

export interface Progress {
  /** Octets of the file so far, what was there before a resume included. */
  readonly octets: number;
  readonly total: number | undefined;
  /** Octets a second, over the last few seconds. */
  readonly rate: number;
  readonly dataPath: DataPath | undefined;
  readonly attempt: number;
}

export interface TransferOptions extends CallOptions {
  /** Default 'overwrite'. */
  readonly ifExists?: IfExists;
  /** Default 'size'. */
  readonly verify?: Verify;
  /** Give the target the source's modification time. Default false. */
  readonly preserveTime?: boolean;
  /** ASCII translates line ends; nothing is verified then and nothing resumed. Default 'binary'. */
  readonly type?: 'binary' | 'ascii';
  /** Make missing folders of the target. Default false. */
  readonly makeDirectories?: boolean;
  /** Write under a temporary name beside the target and rename when all is there. Default: true for downloads to a path, false for uploads. */
  readonly atomic?: boolean;
  /** Octets a second, this transfer alone. */
  readonly rateLimit?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** What the source is known to be, from a listing: saves asking. */
  readonly known?: { readonly size?: number; readonly modified?: Date };
}

export interface DownloadOptions extends TransferOptions {
  /** Pieces fetched at the same time, each over a connection of its own; a pool is needed for more than 1. Default 1. */
  readonly segments?: number;
  /** First octet. Default 0. Only for targets that are no path. */
  readonly start?: number;
  /** Octet behind the last. Default: the end. Only for targets that are no path. */
  readonly end?: number;
}

export interface UploadOptions extends TransferOptions {
  /** Append to what is there (APPE). Default false. */
  readonly append?: boolean;
}

export interface TransferResult {
  /** 'skipped' because of `ifExists`. */
  readonly outcome: 'transferred' | 'skipped';
  /** Octets moved, all tries together. */
  readonly octets: number;
  /** Octets of the whole file. */
  readonly size: number;
  /** Where the first try began: not 0 after a resume. */
  readonly resumedAt: number;
  readonly attempts: number;
  readonly milliseconds: number;
  readonly verified: 'hash' | 'size' | 'no';
  readonly dataPath: DataPath | undefined;
  readonly tls: TlsFacts | undefined;
}

/** A running transfer: a promise of its result, its progress as it comes, and a way to stop it that leaves the session usable. */
export interface Transfer extends Promise<TransferResult>, AsyncIterable<Progress> {
  abort(reason?: unknown): void;
}

/** A path, or something to read from. Only paths and bytes can be read again, so only those are retried. */
export type UploadSource = string | Uint8Array | Readable | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
/** A path, or something to write to. */
export type DownloadTarget = string | Writable | WritableStream<Uint8Array>;

export type HashAlgorithm = 'SHA-512' | 'SHA-256' | 'SHA-1' | 'MD5' | 'CRC32';
export interface RemoteHash {
  readonly algorithm: HashAlgorithm;
  /** Lower case. */
  readonly hex: string;
}

/** What is known of the server. */
export interface ServerInfo {
  readonly greeting: Reply;
  /** SYST's answer, where it gave one. */
  readonly system: string | undefined;
  /** FEAT: upper-case names with their parameters. */
  readonly features: ReadonlyMap<string, string>;
  /** Where a login begins; paths that do not begin with a slash are taken from here. */
  readonly home: string;
  readonly remote: Endpoint;
  readonly tls: TlsFacts | undefined;
  /** What worked last. */
  readonly dataPath: DataPath | undefined;
}

export interface RemoveOptions extends CallOptions {
  /** A folder with all that is in it. Default false: files, links and empty folders only. */
  readonly recursive?: boolean;
  /** Nothing there is no error. Default false. */
  readonly force?: boolean;
  /** Told of each path before it is removed. */
  readonly onRemove?: (path: string) => void;
}

/** One connection, held by the caller for sequences that belong together. */
export interface HeldSession {
  readonly server: ServerInfo;
  /** One command line; resolves with its final reply whatever its code. */
  command(line: string, options?: CallOptions): Promise<Reply>;
}

/**
 * An FTP client. Every call may be made at any time: calls wait for a connection, one or several alike.
 * Paths are absolute; one without a leading slash is taken from the login directory. Everything rejects with FtpError.
 */
export interface Client extends EventEmitter<ClientEvents>, AsyncDisposable {
  /** Connects if need be. */
  info(options?: CallOptions): Promise<ServerInfo>;
  list(path?: string, options?: CallOptions): Listing;
  walk(path?: string, options?: WalkOptions): AsyncIterableIterator<RemoteEntry>;
  /** `*`, `?`, `[a-z]` within a component, `**` for any number of folders. */
  glob(pattern: string, options?: CallOptions): AsyncIterableIterator<RemoteEntry>;
  stat(path: string, options?: CallOptions): Promise<RemoteEntry>;
  exists(path: string, options?: CallOptions): Promise<boolean>;
  get(path: string, target: DownloadTarget, options?: DownloadOptions): Transfer;
  put(source: UploadSource, path: string, options?: UploadOptions): Transfer;
  createReadStream(path: string, options?: DownloadOptions): Readable;
  readable(path: string, options?: DownloadOptions): ReadableStream<Uint8Array>;
  createWriteStream(path: string, options?: UploadOptions): Writable;
  writable(path: string, options?: UploadOptions): WritableStream<Uint8Array>;
  bytes(path: string, options?: DownloadOptions): Promise<Uint8Array>;
  text(path: string, options?: DownloadOptions): Promise<string>;
  makeDirectory(path: string, options?: CallOptions & { readonly recursive?: boolean }): Promise<void>;
  remove(path: string, options?: RemoveOptions): Promise<void>;
  rename(from: string, to: string, options?: CallOptions): Promise<void>;
  setMode(path: string, mode: number, options?: CallOptions): Promise<void>;
  /** MFMT, else SITE UTIME, else MDTM with an argument; rejects with UNSUPPORTED where the server has none. */
  setModified(path: string, at: Date, options?: CallOptions): Promise<void>;
  hash(path: string, algorithm?: HashAlgorithm, options?: CallOptions): Promise<RemoteHash>;
  /** To another server or another place on this one: FXP where both sides allow it, else through here. */
  copyTo(
    other: Client,
    from: string,
    to: string,
    options?: TransferOptions & { readonly via?: 'auto' | 'fxp' | 'relay' },
  ): Transfer;
  command(line: string, options?: CallOptions): Promise<Reply>;
  session<T>(use: (session: HeldSession) => Promise<T>, options?: CallOptions): Promise<T>;
  /** Ends every connection with QUIT once the calls under way are done. */
  close(): Promise<void>;
  /** Drops every connection at once; calls under way reject with ABORTED. */
  destroy(): void;
}
