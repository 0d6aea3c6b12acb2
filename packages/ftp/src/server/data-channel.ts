import {
  ConnectionFault,
  type DataConnection,
  type DataConnectionOptions,
  type Securing,
  secureAsServer,
} from '../connection/index.js';
import { type Announcement, Arrival } from './arrival.js';
import type { Session } from './session.js';
import type { TransferPlan } from './transfer-plan.js';

/** What every data connection of this session has in common. */
export function dataOptions(session: Session, announcement: Announcement): DataConnectionOptions {
  const arrival = new Arrival(session, announcement);
  const { control, server } = session;
  return {
    side: 'server',
    control: { local: control.local, remote: control.remote },
    waitMs: server.limits.dataWaitMs,
    stallMs: server.limits.dataStallMs,
    pinholes: server.options.pinholes,
    zeroCopy: session.zeroCopy,
    onEvent: (event) => {
      session.dataHistory.note(event);
      server.reportConnection(session, event);
      arrival.note(event);
    },
  };
}

/** Opens it for a transfer, in TLS after PROT P, and holds it to the policy on session reuse. */
export async function openData(session: Session, data: DataConnection, kind: TransferPlan['kind']): Promise<void> {
  const { server } = session;
  const opened = data.state === 'open';
  // A connection that is kept for the next transfer may have to do both, and what is left over is the next one's.
  const forOne = session.mode === 'S' && session.structure === 'F';
  await data.open(securingOf(session), forOne && kind === 'receive' ? 'lend' : undefined);
  const policy = server.options.tls?.dataReuse ?? 'report';
  if (opened || !data.tls || data.tls.resumed || policy === 'off') return;
  const message = 'the data connection did not resume the TLS session of the control connection';
  if (policy === 'require' || !session.warnedOfReuse) server.warn(session, 'TLS_NOT_RESUMED', message);
  session.warnedOfReuse = true;
  if (policy === 'require') throw new ConnectionFault('TLS_NOT_RESUMED', message);
}

function securingOf({ server, protection, secureContext }: Session): Securing | undefined {
  if (protection !== 'private' || !secureContext) return undefined;
  const options = { secureContext, alpn: ['ftp-data', 'ftp'], handshakeMs: server.limits.tlsHandshakeMs };
  return (socket, ring) => secureAsServer(socket, { ...options, holdTickets: true, ring });
}
