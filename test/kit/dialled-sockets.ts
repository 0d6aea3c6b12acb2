import type { Dial } from '@twinport/ftp/client';
import type { SocketSource } from './raw-client.js';

/** Every connection of a client dialled like this, to this host: what the other end of a tunnel is, is not seen from its address. */
export function dialledSockets(dial: Dial, host: string): SocketSource {
  return {
    async connect({ port }) {
      const socket = await dial({ host, port: port ?? 0 }, { timeoutMs: 10_000 });
      // It comes paused and half-open; who listens wants to hear, and ends when the peer does.
      socket.on('newListener', (event) => {
        if (event === 'data') setImmediate(() => socket.resume());
      });
      socket.on('end', () => socket.end());
      return socket;
    },
    listen: () => Promise.reject(new Error('nobody connects to us through a proxy')),
  };
}
