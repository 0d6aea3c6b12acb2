import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { ClientGone } from './client-gone.js';

/** The server's side of TLS, with one context: sessions of a control connection can be resumed on its data connections. */
export class ScriptedTls {
  readonly #secureContext: tls.SecureContext;

  constructor(pair: { readonly key: string; readonly cert: string }, { resumes }: { readonly resumes: boolean }) {
    const secureOptions = resumes ? 0 : constants.SSL_OP_NO_TICKET;
    this.#secureContext = tls.createSecureContext({
      ...pair,
      secureOptions,
      ...(!resumes && { maxVersion: 'TLSv1.2' }),
    });
  }

  /** Rejects with ClientGone when the client gives up. */
  handshake(socket: Socket): Promise<Socket> {
    const stream = new tls.TLSSocket(socket, { isServer: true, secureContext: this.#secureContext });
    return new Promise((resolve, reject) => {
      const fail = (error?: unknown): void => {
        socket.destroy();
        reject(new ClientGone(`no TLS: ${error instanceof Error ? error.message : 'closed'}`));
      };
      stream.on('error', fail).on('close', fail);
      stream.on('_tlsError', fail);
      socket.on('close', () => stream.destroy());
      // An end is told to those only who read; nothing else can be read before the handshake is over.
      stream.once('end', fail).resume();
      stream.once('secure', () => {
        stream.off('end', fail).pause();
        resolve(stream);
      });
    });
  }
}
