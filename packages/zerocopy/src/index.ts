import type { ZeroCopy } from '@twinport/ftp/server';
import { createDirectoryCalls } from './directory-calls.js';
import * as directSockets from './direct-sockets.js';
import { Mover } from './mover.js';

export interface ZeroCopyOptions {
  /** Files moved at once beside the event loop; further ones go through it. Default: 512. */
  readonly maxMoves?: number;
  /** Octets of one file that are moved before it is the next one's turn. Default: 256 KiB. */
  readonly octetsPerTurn?: number;
  /** Octets of a file from which on it is moved beside the event loop. Default: 1 MiB. */
  readonly moveFrom?: number;
}

/** System calls for the option `zeroCopy` of `createServer`, `connect` and `createPool`, with a thread of their own for large files. */
export function createZeroCopy({
  maxMoves = 512,
  octetsPerTurn = 256 * 1024,
  moveFrom = 1024 * 1024,
}: ZeroCopyOptions = {}): ZeroCopy {
  const mover = new Mover({ maxMoves, octetsPerTurn });
  return {
    ...directSockets,
    directories: createDirectoryCalls(),
    moveFrom,
    send: (what, watch) => mover.send(what, watch),
    receive: (what, watch) => mover.receive(what, watch),
  };
}

export const zeroCopy: ZeroCopy = createZeroCopy();
