import { DataConnection } from '../connection/index.js';
import { type Endpoint, type Reply, canonicalAddress, reply } from '../protocol/index.js';
import type { Announcement } from './arrival.js';
import { dataOptions } from './data-channel.js';
import type { Session } from './session.js';

const EPSV_ALL_REFUSAL = 'EPSV ALL was sent: only EPSV is possible now';
/** lftp over IPv6 names what its listener is bound to: `EPRT |2|::|58631|`. That can only mean its own address. */
const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * PORT, EPRT and LPRT: agrees on an active data connection. The target must be the control connection's own peer and an
 * unprivileged port, so that nobody can have us connect elsewhere (RFC 2577 §3).
 */
export function agreeActive(session: Session, target: Endpoint, verb: string): Reply {
  session.dataHistory.asked(target);
  if (session.epsvAll) return reply(503, EPSV_ALL_REFUSAL);
  const { control, server } = session;
  const host = canonicalAddress(target.host);
  if (host !== control.remote.host && !UNSPECIFIED.has(host))
    return reply(500, `Illegal ${verb} command: the address is not yours`);
  if (target.port < 1024) return reply(500, `Illegal ${verb} command: the port must be 1024 or above`);
  session.offer(
    DataConnection.dial(
      'active',
      { ...target, host: control.remote.host },
      server.sourcePort(control.local),
      dataOptions(session, { by: verb, host: control.remote.host }),
    ),
  );
  return reply(200, `${verb} command successful`);
}

/** PASV, EPSV and LPSV: listens for a passive data connection, and says where by `describe`. */
export async function agreePassive(
  session: Session,
  verb: string,
  announcement: Announcement,
  describe: (endpoint: Endpoint) => Reply,
): Promise<Reply> {
  const { server } = session;
  if (session.epsvAll && verb !== 'EPSV') return reply(503, EPSV_ALL_REFUSAL);
  session.offer(undefined);
  const listening = await server.passiveListening.take(session);
  const connection = await DataConnection.listenAt('passive', listening, dataOptions(session, announcement));
  session.offer(connection);
  if (session.control.closed) session.offer(undefined);
  const { host, port } = connection.offered;
  return describe({ host: announcement.host ?? host, port: server.advertisedPort(port) });
}

/** The address that 227 names; undefined when there is no IPv4 address for this client. */
export async function announcedAddress({ server, control }: Session): Promise<string | undefined> {
  return await server.publicAddresses.addressFor(control.remote.host, control.local.host);
}
