import type { Socket } from 'node:net';
import type { Endpoint } from '../protocol/index.js';
import { ConnectionFault } from './connection-fault.js';
import type { DataConnectionOptions, SourcePort } from './data-connection.js';
import { dialDirectly } from './dial.js';
import { DirectSocket } from './direct-socket.js';
import { errnoOf } from './errno.js';
import type { ReceiveRing } from './receive-ring.js';

/** To a listener on this machine, which is there at once or not at all; undefined for every other. */
export function connectNear(
  target: Endpoint,
  { zeroCopy, control, dial, onEvent }: DataConnectionOptions,
): DirectSocket | undefined {
  // Whoever is told of it is told both ends, which the event loop's socket knows.
  if (!zeroCopy || onEvent || (dial && dial !== dialDirectly) || target.host !== control.local.host) return undefined;
  const descriptor = zeroCopy.connect(target);
  return descriptor === undefined ? undefined : new DirectSocket(zeroCopy, descriptor);
}

export interface DataDialling {
  readonly sourcePort: SourcePort;
  readonly signal: AbortSignal;
  readonly ring: ReceiveRing | undefined;
  /** Told that the source port is not to be had. */
  readonly onNote: (reason: string) => void;
}

/** Dials the peer from the source port, or from any where that one is not to be had. Rejects with ConnectionFault. */
export async function dialData(
  target: Endpoint,
  options: DataConnectionOptions,
  dialling: DataDialling,
): Promise<Socket> {
  const { sourcePort, signal, onNote } = dialling;
  try {
    return await dialFrom(target, options, dialling);
  } catch (error) {
    const errno = errnoOf(error instanceof ConnectionFault ? error.cause : error) ?? '';
    if (signal.aborted || sourcePort === 'any' || !SOURCE_PORT_ERRORS.has(errno)) throw error;
    onNote(`source port ${sourcePort} is not to be had (${errno}), using any`);
    return await dialFrom(target, options, { ...dialling, sourcePort: 'any' });
  }
}

function dialFrom(
  target: Endpoint,
  { side, control, waitMs, dial = dialDirectly }: DataConnectionOptions,
  { sourcePort, signal, ring }: DataDialling,
): Promise<Socket> {
  return dial(target, {
    timeoutMs: waitMs,
    signal,
    // A client's own address is the system's choice, as it was for the control connection; a server's is the one it was reached at.
    ...(side === 'server' && { localAddress: control.local.host }),
    ...(sourcePort !== 'any' && { localPort: sourcePort }),
    ...(ring && { ring }),
  });
}

/** Not permitted, not ours, or the same pair of endpoints is still being closed. */
const SOURCE_PORT_ERRORS = new Set(['EACCES', 'EPERM', 'EADDRINUSE', 'EADDRNOTAVAIL']);
