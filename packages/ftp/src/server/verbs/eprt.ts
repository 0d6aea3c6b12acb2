import net from 'node:net';
import { type Reply, parseEprt, reply } from '../../protocol/index.js';
import { agreeActive } from '../agree-data.js';
import { parsed } from '../arguments.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

export const eprt: Verb<ReturnType<typeof parseEprt>> = {
  verb: 'EPRT',
  rfc: 'RFC 2428 §2',
  argument: parsed('<|protocol|address|port|>', parseEprt),
  needs: ['login'],
  feature: 'EPRT',
  help: 'active mode, for IPv4 and IPv6',
  run: (session, { protocol, endpoint }) => wrongFamily(session, protocol) ?? agreeActive(session, endpoint, 'EPRT'),
};

/** Both connections are of one family; 522 names it (RFC 2428 §2). */
export function wrongFamily(session: Session, protocol: number): Reply | undefined {
  const own = net.isIPv6(session.control.local.host) ? 2 : 1;
  return protocol === own ? undefined : reply(522, `Network protocol not supported, use (${own})`);
}
