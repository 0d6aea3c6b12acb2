import type { Socket } from 'node:net';
import { ConnectionFault, connectionFault } from './connection-fault.js';
import type { Dial, DialOptions, DialTarget } from './dial.js';
import type { ProxyConversation, ProxyCredentials } from './proxy-conversation.js';

export interface ProxyServer extends ProxyCredentials {
  readonly host: string;
  readonly port: number;
}

/**
 * A dial that goes to a proxy by way of `through`, and has it connect to the target.
 * `timeoutMs` covers both. The faults name the proxy; what it refuses has the code PROXY.
 */
export function proxyDial(
  kind: string,
  proxy: ProxyServer,
  begin: (target: DialTarget) => ProxyConversation,
  through: Dial,
): Dial {
  return async (target, options) => {
    const started = performance.now();
    try {
      const conversation = begin(target);
      // Not the ring: the proxy's answers would go into it. Nor the port to come from, which is for the target to see.
      const { ring: _ring, localPort: _localPort, ...ours } = options;
      const socket = await through({ host: proxy.host, port: proxy.port }, ours);
      if (options.signal?.aborted) {
        socket.destroy();
        throw new ConnectionFault('ABORTED', 'gave up before it was asked');
      }
      await converse(socket, conversation, options, options.timeoutMs - (performance.now() - started));
      return socket;
    } catch (error) {
      const fault = connectionFault(asError(error));
      throw new ConnectionFault(fault.code, `${kind} proxy ${proxy.host} port ${proxy.port}: ${fault.message}`, {
        cause: fault.cause ?? fault,
      });
    }
  };
}

/** Resolves when the way is open: the socket is then paused, and the target's first bytes are the first it gives. */
function converse(
  socket: Socket,
  conversation: ProxyConversation,
  options: DialOptions,
  remainingMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stopWaiting();
      socket.off('data', heard).off('end', ended).off('close', ended).off('error', failed);
    };
    const failed = (error: Error): void => {
      settle();
      socket.on('error', () => {}); // what a socket says behind its end is of no interest
      socket.destroy();
      reject(error);
    };
    const heard = (bytes: Buffer): void => {
      try {
        if (!isOpen(socket, conversation, bytes)) return;
        settle();
        resolve();
      } catch (error) {
        failed(asError(error));
      }
    };
    const ended = (): void =>
      failed(new ConnectionFault('PROXY', 'it closed the connection before its answer was complete'));
    socket.on('data', heard).on('end', ended).on('close', ended).on('error', failed);
    const stopWaiting = waitAtMost(remainingMs, options, failed);
    socket.write(conversation.opening);
    socket.resume();
  });
}

/** Fails when the time is up or the signal says so. Returns what stops that. */
function waitAtMost(
  remainingMs: number,
  { timeoutMs, signal }: DialOptions,
  fail: (fault: ConnectionFault) => void,
): () => void {
  const aborted = (): void => fail(new ConnectionFault('ABORTED', 'gave up waiting for its answer'));
  const expired = (): void => fail(new ConnectionFault('TIMEOUT', `no answer within ${timeoutMs} ms`));
  const timer = setTimeout(expired, Math.max(0, remainingMs));
  signal?.addEventListener('abort', aborted, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
  };
}

/** Answers the proxy. Once the way is open, what is the target's goes back to where it came from. */
function isOpen(socket: Socket, conversation: ProxyConversation, bytes: Uint8Array): boolean {
  const turn = conversation.hear(bytes);
  if (turn === undefined) return false;
  if ('send' in turn) {
    socket.write(turn.send);
    return false;
  }
  socket.pause();
  if (turn.rest.length > 0) socket.unshift(turn.rest);
  return true;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
