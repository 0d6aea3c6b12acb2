import { reply } from '../../protocol/index.js';
import { required } from '../arguments.js';
import type { Verb } from '../verb.js';

export const prot: Verb<string> = {
  verb: 'PROT',
  rfc: 'RFC 2228 §3, RFC 4217 §9',
  argument: required('<C|P>'),
  needs: [],
  feature: (session) => (session.server.options.tls ? 'PROT' : undefined),
  help: 'data connections in clear (C) or in TLS (P)',
  run(session, level) {
    const letter = level.toUpperCase();
    if (!session.protectionBuffer) return reply(503, 'Send PBSZ 0 first');
    if (letter === 'S' || letter === 'E') return reply(536, `Protection level ${letter} is not supported by TLS`);
    if (letter !== 'C' && letter !== 'P') return reply(504, 'Use PROT P or PROT C');
    if (letter === 'C' && session.server.options.tls?.required)
      return reply(534, 'Data connections must be protected here');
    const protection = letter === 'P' ? 'private' : 'clear';
    if (protection !== session.protection && session.data?.state === 'open') session.offer(undefined);
    session.protection = protection;
    return reply(200, `Data connections are ${protection === 'private' ? 'in TLS' : 'in clear'}`);
  },
};
