import {
  ConnectionFault,
  type DataConnection,
  type DataConnectionOptions,
  secureAsServer,
} from '../connection/index.js';
import type { Session } from './session.js';

/** What every data connection of this session has in common. */
export function dataOptions(session: Session): DataConnectionOptions {
  const { control, server } = session;
  return {
    side: 'server',
    control: { local: control.local, remote: control.remote },
    waitMs: server.limits.dataWaitMs,
    stallMs: server.limits.dataStallMs,
    pinholes: server.options.pinholes,
    // A connection that is kept between transfers is watched by the event loop.
    zeroCopy: session.mode === 'S' ? server.options.zeroCopy : undefined,
    onEvent: (event) => {
      session.dataHistory.note(event);
      server.reportConnection(session, event);
    },
  };
}

/** Opens it, in TLS after PROT P, and holds it to the policy on session reuse. */
export async function openData(session: Session, data: DataConnection): Promise<void> {
  const { server, secureContext } = session;
  const handshakeMs = server.limits.tlsHandshakeMs;
  const alpn = ['ftp-data', 'ftp'];
  const opened = data.state === 'open';
  await data.open(
    session.protection === 'private' && secureContext
      ? (socket) => secureAsServer(socket, { secureContext, alpn, handshakeMs, holdTickets: true })
      : undefined,
  );
  const policy = server.options.tls?.dataReuse ?? 'report';
  if (opened || !data.tls || data.tls.resumed || policy === 'off') return;
  const message = 'the data connection did not resume the TLS session of the control connection';
  if (policy === 'require' || !session.warnedOfReuse) server.warn(session, 'TLS_NOT_RESUMED', message);
  session.warnedOfReuse = true;
  if (policy === 'require') throw new ConnectionFault('TLS_NOT_RESUMED', message);
}
