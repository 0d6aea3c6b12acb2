import type { DataConnection, FileMove, Move, MoveWatch, ZeroCopy } from '../connection/index.js';
import type { Server } from './server.js';
import type { Session } from './session.js';
import { StorageFault } from './storage/contract.js';
import { storageFault } from './storage/errno.js';

/** Octets of a file, from which on it is worth while to have it moved beside the event loop. */
export const WORTH_MOVING = 1024 * 1024;

/** Servers that have said that the system refuses. */
const warned = new WeakSet<Server>();

/** What moves files by their descriptors, where octets go over this connection as they are stored. */
export function moverFor(session: Session, data: DataConnection): ZeroCopy | undefined {
  const asStored = session.mode === 'S' && session.structure === 'F' && !session.textual;
  return asStored && !data.tls ? session.server.options.zeroCopy : undefined;
}

/** False when nothing was moved, and it is to be done otherwise. Rejects with ConnectionFault or StorageFault when it was not moved to its end. */
export async function moveFile(
  session: Session,
  data: DataConnection,
  what: Omit<FileMove, 'socket'>,
  begin: (what: FileMove, watch: MoveWatch) => Move | undefined,
): Promise<boolean> {
  const { server } = session;
  const end = await data.stream.lend((socket, signal) =>
    begin({ ...what, socket }, { signal, stallMs: server.limits.dataStallMs }),
  );
  switch (end?.kind) {
    case 'complete':
      return true;
    case 'file-ended':
      throw new StorageFault('failed', 'the file became shorter while it was sent');
    case 'over-limit':
      throw new StorageFault('invalid', 'more octets than the range has');
    case 'file-failed':
      throw storageFault(end.error);
    case 'lost':
      throw new StorageFault('failed', end.error.message, { cause: end.error });
    case 'refused':
      warnOnce(session, end.error);
      return false;
    case 'stalled':
    case 'socket-failed':
    case 'aborted':
      throw new StorageFault('failed', `${end.kind}, and the connection does not know`);
    case undefined:
      return false;
  }
}

function warnOnce(session: Session, cause: Error): void {
  const { server } = session;
  if (warned.has(server)) return;
  warned.add(server);
  server.warn(session, 'ZERO_COPY', 'the system refuses zero copy, and files go through the event loop', cause);
}
