import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const ccc: Verb<undefined> = {
  verb: 'CCC',
  rfc: 'RFC 2228 §3, RFC 4217 §12.3',
  argument: none,
  needs: ['login'],
  feature: (session) => (session.server.options.tls && !session.server.options.tls.required ? 'CCC' : undefined),
  help: 'clear control connection: go on without TLS, so that firewalls can read the commands',
  run(session) {
    if (!session.secure) return reply(533, 'This connection is in clear already');
    if (session.server.options.tls?.required) return reply(534, 'TLS is required here');
    const afterwards = session.control.clearTls();
    return { reply: reply(200, 'The control connection is in clear from here on'), afterwards };
  },
};
