import net, { type Socket } from 'node:net';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import type { ReceiveRing } from './receive-ring.js';

export interface DialTarget {
  /** An IP address; a name only where the way there resolves names itself. */
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  /** Milliseconds until it must be connected. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Our own address; default: the system's choice. */
  readonly localAddress?: string;
  /** The port to come from; default: the system's choice. */
  readonly localPort?: number;
  /** Where to receive; ways with something in between may leave it unused. */
  readonly ring?: ReceiveRing;
}

/** Opens a TCP connection, directly or through something on the way. Rejects with ConnectionFault, nothing being left open. */
export type Dial = (target: DialTarget, options: DialOptions) => Promise<Socket>;

/** Straight to the target. A name is looked up, and each of its addresses tried (RFC 8305). */
export const dialDirectly: Dial = ({ host, port }, { timeoutMs, signal, localAddress, localPort, ring }) =>
  new Promise((resolve, reject) => {
    const socket = net.connect({
      host,
      port,
      allowHalfOpen: true,
      autoSelectFamily: true,
      ...(localAddress !== undefined && { localAddress }),
      ...(localPort !== undefined && { localPort }),
      ...(ring && { onread: ring.onread }),
    });
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('connect', connected).off('error', failed);
      signal?.removeEventListener('abort', aborted);
    };
    const failed = (error: Error): void => {
      settle();
      socket.on('error', () => {}); // what a socket says behind its end is of no interest
      socket.destroy();
      reject(connectionFault(error));
    };
    const connected = (): void => {
      settle();
      socket.pause();
      resolve(socket);
    };
    const aborted = (): void => failed(new ConnectionFault('ABORTED', `gave up connecting to ${host} port ${port}`));
    const timer = setTimeout(
      () => failed(new ConnectionFault('TIMEOUT', `no answer from ${host} port ${port} within ${timeoutMs} ms`)),
      timeoutMs,
    );
    socket.once('connect', connected).once('error', failed);
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
