import { secureAsServer } from '../connection/index.js';
import type { Session } from './session.js';

/** Turns the control connection to TLS. False when that failed and the connection is gone. */
export async function startTls(session: Session): Promise<boolean> {
  const { control, server } = session;
  const secureContext = server.sessionContext();
  if (!secureContext) return false;
  session.secureContext = secureContext;
  try {
    const handshakeMs = server.limits.tlsHandshakeMs;
    await control.startTls((socket) => secureAsServer(socket, { secureContext, alpn: ['ftp'], handshakeMs }));
    return true;
  } catch {
    return false; // the control connection has closed itself and reported why
  }
}
