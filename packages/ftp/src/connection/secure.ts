import type { Socket } from 'node:net';
import tls from 'node:tls';
import { ConnectionFault } from './connection-fault.js';
import type { TlsFacts } from './events.js';
import type { ReceiveRing } from './receive-ring.js';
import type { TlsSessions } from './tls-sessions.js';
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
  readonly ring?: ReceiveRing | undefined;
}

/** How a client does TLS. */
export interface TlsClientOptions {
  readonly secureContext: tls.SecureContext;
  /** The same for the control connection and its data connections: Node resumes no session of another host. */
  readonly host: string;
  /** Name to ask for (RFC 6066 §3); none where the host is an IP address. */
  readonly servername?: string;
  /** Milliseconds for the handshake. */
  readonly handshakeMs: number;
  /** Where the sessions to resume come from, and new ones go. */
  readonly sessions: TlsSessions;
  /** Watch how the peer ends its side: for what has no size to compare with. It costs speed. Default false. */
  readonly watchesEnd?: boolean;
  /** Judges the peer, whose handshake is over: what is wrong with it, if anything. */
  readonly check: (stream: tls.TLSSocket) => Error | undefined;
}

export interface SecureSocket {
  readonly stream: tls.TLSSocket;
  readonly facts: TlsFacts;
  /** Where the end is watched. */
  readonly transport?: TlsTransport;
}

/** Turns a connected socket to TLS; `ring` is what it receives into, if anything. Rejects with a ConnectionFault; the socket is then destroyed. */
export type Securing = (socket: Socket, ring?: ReceiveRing) => Promise<SecureSocket>;

/** Does the client's side of a TLS handshake on a connected socket. Rejects with a ConnectionFault; the socket is then destroyed. */
export async function secureAsClient(socket: Socket, options: TlsClientOptions): Promise<SecureSocket> {
  const { secureContext, host, servername, sessions, check, watchesEnd = false } = options;
  const session = sessions.take();
  const transport = watchesEnd ? new TlsTransport(socket, { side: 'client' }) : undefined;
  const stream = tls.connect({
    socket: transport ?? socket,
    secureContext,
    host,
    rejectUnauthorized: false, // `check` decides
    ...(servername !== undefined && { servername }),
    ...(session && { session }),
  });
  // TLS 1.2 gives the session with the end of the handshake: whoever resumes it later is trusted, so not before this peer is.
  const early: Buffer[] = [];
  let keep = (ticket: Buffer): unknown => early.push(ticket);
  stream.on('session', (ticket: Buffer) => keep(ticket));
  await handshake(socket, stream, {
    handshakeMs: options.handshakeMs,
    event: 'secureConnect',
    onDone: () => transport?.handshakeDone(stream.getProtocol() ?? ''),
  });
  const wrong = check(stream);
  if (wrong) {
    stream.destroy();
    throw new ConnectionFault('TLS_HANDSHAKE', wrong.message, { cause: wrong });
  }
  keep = (ticket) => sessions.add(ticket);
  for (const ticket of early) keep(ticket);
  return { stream, facts: factsOf(stream), ...(transport && { transport }) };
}

/** Does the server's side of a TLS handshake on a connected socket. Rejects with a ConnectionFault; the socket is then destroyed. */
export async function secureAsServer(
  socket: Socket,
  options: TlsServerOptions,
): Promise<SecureSocket & { readonly transport: TlsTransport }> {
  const { holdTickets = false, ring, secureContext, alpn } = options;
  const transport = new TlsTransport(socket, { side: 'server', holdTickets, ring });
  const stream = new tls.TLSSocket(transport, { isServer: true, secureContext, ALPNProtocols: [...alpn] });
  const onDone = (): void => {
    endOnForgery(stream, transport);
    transport.handshakeDone(stream.getProtocol() ?? '');
  };
  await handshake(socket, stream, { handshakeMs: options.handshakeMs, event: 'secure', onDone });
  return { stream, transport, facts: factsOf(stream) };
}

interface HandshakeOptions {
  readonly handshakeMs: number;
  readonly event: 'secure' | 'secureConnect';
  /** Called within the event, before anything more is read. */
  readonly onDone: () => void;
}

function handshake(
  socket: Socket,
  stream: tls.TLSSocket,
  { handshakeMs, event, onDone }: HandshakeOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail(new ConnectionFault('TLS_HANDSHAKE', `no TLS handshake within ${handshakeMs} ms`)),
      handshakeMs,
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
    stream.once(event, () => {
      onDone();
      settle();
      resolve();
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
