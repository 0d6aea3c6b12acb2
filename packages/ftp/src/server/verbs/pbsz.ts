import { reply } from '../../protocol/index.js';
import { octets } from '../arguments.js';
import type { Verb } from '../verb.js';

export const pbsz: Verb<number> = {
  verb: 'PBSZ',
  rfc: 'RFC 2228 §3, RFC 4217 §8',
  argument: { ...octets, syntax: '0' },
  needs: [],
  feature: (session) => (session.server.options.tls ? 'PBSZ' : undefined),
  help: 'protection buffer size; 0 with TLS',
  run(session) {
    if (!session.secure) return reply(503, 'Send AUTH TLS first');
    session.protectionBuffer = true;
    return reply(200, 'PBSZ=0');
  },
};
