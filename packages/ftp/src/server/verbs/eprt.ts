import net from 'node:net';
import { type Reply, parseEprt, reply } from '../../protocol/index.js';
import { agreeActive } from '../agree-data.js';
import { parsed } from '../arguments.js';
import { knownFamily } from '../known-family.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

export const eprt: Verb<ReturnType<typeof parseEprt> | undefined> = {
  verb: 'EPRT',
  rfc: 'RFC 2428 §2',
  argument: parsed('<|protocol|address|port|>', knownFamily(parseEprt)),
  needs: ['login'],
  feature: 'EPRT',
  help: 'active mode, for IPv4 and IPv6',
  run(session, target) {
    const own = familyOf(session);
    return target?.protocol === own ? agreeActive(session, target.endpoint, 'EPRT') : unsupported(own);
  },
};

/** Both connections are of one family; 522 names it (RFC 2428 §2). */
export function wrongFamily(session: Session, protocol: number): Reply | undefined {
  const own = familyOf(session);
  return protocol === own ? undefined : unsupported(own);
}

function familyOf(session: Session): number {
  return net.isIPv6(session.control.local.host) ? 2 : 1;
}

function unsupported(own: number): Reply {
  return reply(522, `Network protocol not supported, use (${own})`);
}
