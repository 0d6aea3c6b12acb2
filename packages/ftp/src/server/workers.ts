import type { Socket } from 'node:net';

/** Who runs the sessions of a server in its place: other processes, say, in each of which a server adopts them. */
export interface Workers {
  /** Is given a client that has been let in, of whom nothing has been read. Resolves when the session is over. */
  take(socket: Socket, session: number): Promise<void>;
  /** Transfers that are running. */
  transfers(): Promise<number>;
  /** Ends the sessions, each after its transfer. Resolves when all are over. */
  close(): Promise<void>;
  /** Ends the sessions at once; `close` then resolves soon. */
  destroy(): void;
}
