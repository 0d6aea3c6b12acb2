import {
  ConnectionFault,
  type DataConnection,
  type FileMove,
  type Move,
  type MoveWatch,
  type ZeroCopy,
  connectionFault,
} from '../connection/index.js';
import type { Server } from './server.js';
import type { Session } from './session.js';
import { StorageFault } from './storage/contract.js';
import { storageFault } from './storage/errno.js';

/** Servers that have said that the system refuses. */
const warned = new WeakSet<Server>();

/** What moves so many octets by their descriptors, where there is that, and they go over this connection as they are stored. */
export function moverFor(session: Session, data: DataConnection, octets: number): ZeroCopy | undefined {
  const { zeroCopy } = session.server.options;
  const asStored = session.mode === 'S' && session.structure === 'F' && !session.textual && !data.tls;
  return asStored && zeroCopy && octets >= zeroCopy.moveFrom ? zeroCopy : undefined;
}

/** False when nothing was moved, and it is to be done otherwise. Rejects with ConnectionFault or StorageFault when it was not moved to its end. */
export async function moveFile(
  session: Session,
  data: DataConnection,
  what: Omit<FileMove, 'socket'>,
  begin: (what: FileMove, watch: MoveWatch) => Move | undefined,
): Promise<boolean> {
  const stallMs = session.server.limits.dataStallMs;
  const end = await data.stream.lend((socket, signal) => begin({ ...what, socket }, { signal, stallMs }));
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
      throw new ConnectionFault('STALLED', `no progress for ${stallMs} ms`);
    case 'socket-failed':
      throw connectionFault(end.error);
    case 'aborted':
      throw new ConnectionFault('ABORTED', 'aborted');
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
