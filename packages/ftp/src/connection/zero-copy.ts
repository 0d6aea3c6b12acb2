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
  /** Octets of the file, from `position` on, that the socket has taken; 0 when it is full or the file ends. */
  sendFile(socket: number, file: number, position: number, length: number): number;
  /** Ends our side. */
  shutdown(socket: number): void;
  /** Closes a socket so that its peer sees a reset. */
  reset(socket: number): void;
  close(descriptor: number): void;
}
