import type { Socket } from 'node:net';
import tls from 'node:tls';
import { ConnectionFault } from './connection-fault.js';
import type { TlsFacts } from './events.js';
import { TlsTransport } from './tls-transport.js';

/** How this side does TLS: its certificate and its tickets are in the context. */
export interface TlsServerOptions {
  readonly secureContext: tls.SecureContext;
  /** Protocols this port speaks; a client that offers others only is refused, so that it was not tricked into speaking FTP (RFC 7301 §3.2). */
  readonly alpn: readonly string[];
  /** Milliseconds for the handshake. */
  readonly handshakeMs: number;
  /** See TlsTransport. */
  readonly holdTickets?: boolean;
}

export interface SecureSocket {
  readonly stream: tls.TLSSocket;
  readonly transport: TlsTransport;
  readonly facts: TlsFacts;
}

/** Does the server's side of a TLS handshake on a connected socket. Rejects with a ConnectionFault; the socket is then destroyed. */
export function secureAsServer(socket: Socket, options: TlsServerOptions): Promise<SecureSocket> {
  const transport = new TlsTransport(socket, { holdTickets: options.holdTickets === true });
  const stream = new tls.TLSSocket(transport, {
    isServer: true,
    secureContext: options.secureContext,
    ALPNProtocols: [...options.alpn],
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail(new ConnectionFault('TLS_HANDSHAKE', `no TLS handshake within ${options.handshakeMs} ms`)),
      options.handshakeMs,
    );
    const fail = (error: Error): void => {
      settle();
      stream.destroy();
      socket.destroy();
      reject(
        error instanceof ConnectionFault
          ? error
          : new ConnectionFault('TLS_HANDSHAKE', error.message, { cause: error }),
      );
    };
    const closed = (): void => fail(new ConnectionFault('CLOSED', 'closed during the TLS handshake'));
    const settle = (): void => {
      clearTimeout(timer);
      stream.off('error', fail).off('close', closed).off('_tlsError', fail);
      socket.off('close', closed);
    };
    stream.on('error', fail).on('close', closed).on('_tlsError', fail);
    socket.on('close', closed);
    stream.on('error', () => {}); // whoever is given the stream listens a turn later
    stream.once('secure', () => {
      endOnForgery(stream, transport);
      const facts = factsOf(stream);
      transport.handshakeDone(facts.protocol);
      settle();
      resolve({ stream, transport, facts });
    });
  });
}

/** Behind the handshake Node tells of a forged record by this event only, and goes on as if there had been none. */
function endOnForgery(stream: tls.TLSSocket, transport: TlsTransport): void {
  stream.on('_tlsError', (error: Error) => {
    transport.distrust();
    stream.destroy(new ConnectionFault('RESET', `TLS: ${error.message}`, { cause: error }));
  });
}

function factsOf(stream: tls.TLSSocket): TlsFacts {
  return {
    protocol: stream.getProtocol() ?? 'TLS',
    cipher: stream.getCipher().name,
    resumed: stream.isSessionReused(),
  };
}
