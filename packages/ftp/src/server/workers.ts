import type { Socket } from 'node:net';
import type { ServerOptions } from './options.js';

/** Who runs the sessions of a server in its place: other processes, say, in each of which a server adopts them. */
export interface Workers {
  /** Is given a client that has been let in, of whom nothing has been read. Resolves when the session is over. */
  take(socket: Socket, session: number): Promise<void>;
  /** The server is about to have these options, and clients that are taken from now on are to have them too. What it throws leaves all as it was. */
  update(options: ServerOptions): void;
  /** Transfers that are running. */
  transfers(): Promise<number>;
  /** Ends the sessions, each after its transfer. Resolves when all are over. */
  close(): Promise<void>;
  /** Ends the sessions at once; `close` then resolves soon. */
  destroy(): void;
}
