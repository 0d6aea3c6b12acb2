import net from 'node:net';
import { parseLongHostPort, reply } from '../../protocol/index.js';
import { agreeActive } from '../agree-data.js';
import { parsed } from '../arguments.js';
import { knownFamily } from '../known-family.js';
import type { Verb } from '../verb.js';

export const lprt: Verb<ReturnType<typeof parseLongHostPort> | undefined> = {
  verb: 'LPRT',
  rfc: 'RFC 1639',
  argument: parsed('<af,hal,h1,…,pal,p1,…>', knownFamily(parseLongHostPort)),
  needs: ['login'],
  feature: 'LPRT',
  help: 'active mode with a long address (historic: use EPRT)',
  run(session, target) {
    const own = net.isIPv6(session.control.local.host) ? 6 : 4;
    if (!target || net.isIP(target.host) !== own) return reply(521, `Supported address families are (${own})`);
    return agreeActive(session, target, 'LPRT');
  },
};
