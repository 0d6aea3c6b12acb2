import type { Endpoint } from '../protocol/index.js';

/** A listening socket. */
export interface DirectListener {
  readonly descriptor: number;
  readonly port: number;
}

/** A connected socket, and who is at its other end. */
export interface DirectPeer {
  readonly descriptor: number;
  readonly remote: Endpoint;
}

/** A file to be moved beside the event loop. Descriptors may be closed by whoever owns them at any time: the move has its own. */
export interface FileMove {
  /** A connected socket that never blocks, and that nobody else reads from or writes to meanwhile. */
  readonly socket: number;
  readonly file: number;
  /** Where in the file. */
  readonly position: number;
  /** Octets: exactly so many to send, at most so many to receive. */
  readonly length: number;
}

export interface MoveWatch {
  readonly signal: AbortSignal;
  /** Milliseconds without any progress of the peer's; 0: no limit. */
  readonly stallMs: number;
}

/**
 * How a move ended. `refused`: the system moves nothing this way between these two, and nothing was moved. `file-ended`: there was less
 * in it than was to be sent. `over-limit`: the peer sent more than it might, which is not in the file. `lost`: the thread that moved it died.
 */
export type MoveEnd =
  | { readonly kind: 'complete' | 'file-ended' | 'over-limit' | 'stalled' | 'aborted' }
  | { readonly kind: 'socket-failed' | 'file-failed' | 'refused' | 'lost'; readonly error: Error };

export interface Move {
  /** Octets that the socket, or the file, has taken so far. */
  readonly octets: number;
  /** Never rejects. From then on neither descriptor is in use. */
  readonly ended: Promise<MoveEnd>;
}

/** What statx(2) says of a file, as `Stats` of Node.js names it. */
export interface DirectAttributes {
  readonly dev: number;
  /** A bigint where a number would not be exact. */
  readonly ino: number | bigint;
  /** Type and permissions. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** 0 where the file system does not keep it. */
  readonly birthtimeMs: number;
}

/** Some entries of a directory. */
export interface DirectEntries {
  readonly names: readonly string[];
  /** Links are not followed; undefined where it has gone. Valid until the next call, and until the next entries are asked for. */
  readonly attributesOf: (index: number) => DirectAttributes | undefined;
}

/** Reads a directory by its descriptor. Names are octets as characters. */
export interface DirectoryCalls {
  /** As many as the kernel gives at once, but `.` and `..`; undefined at the end. */
  readNames(directory: number): string[] | undefined;
  /** Links are not followed; undefined where nothing has that name. Valid until the next call. */
  attributesIn(directory: number, name: string): DirectAttributes | undefined;
  /**
   * `names`, and what has not been read yet, in batches in the order of octets, read ahead beside the event loop.
   * Undefined while there is nobody for it: nothing has been read then.
   */
  readBeside(directory: number, names: readonly string[]): AsyncGenerator<DirectEntries, void, undefined> | undefined;
}

/**
 * System calls that Node.js has no functions for, by file descriptor: what `@twinport/zerocopy` provides. Sockets never block, and belong to
 * whoever was given them. A call that fails throws an Error with the system's `code` (EADDRINUSE, ECONNRESET, …).
 */
export interface ZeroCopy {
  /** Port 0: the kernel's choice. */
  listen(at: Endpoint, backlog: number): DirectListener;
  /** Undefined while nobody is there. */
  accept(listener: number): DirectPeer | undefined;
  /** Connects to a listener on this machine; undefined, nothing being left open, when that takes longer than the call. */
  connect(target: Endpoint): number | undefined;
  /** Octets read; 0 at the end; undefined while there are none. */
  read(socket: number, into: Uint8Array): number | undefined;
  /** Octets taken, fewer than given when the socket is full. */
  write(socket: number, bytes: Uint8Array): number;
  /** Ends our side. */
  shutdown(socket: number): void;
  /** Closes a socket so that its peer sees a reset. */
  reset(socket: number): void;
  close(descriptor: number): void;
  /** Absent where the system has none. */
  readonly directories?: DirectoryCalls | undefined;
  /** Octets of a file from which on it is worth while to have it moved beside the event loop. */
  readonly moveFrom: number;
  /** Sends a part of a file, beside the event loop; undefined when that is busy with as many as it takes. */
  send(what: FileMove, watch: MoveWatch): Move | undefined;
  /** Receives into a file until the peer ends its side. */
  receive(what: FileMove, watch: MoveWatch): Move | undefined;
}
