import { reply } from '../../protocol/index.js';
import { required } from '../arguments.js';
import type { Session } from '../session.js';
import { startTls } from '../start-tls.js';
import type { Verb } from '../verb.js';

/** RFC 4217 §4, and the names that draft-murray-auth-ftp-ssl had: those protect data connections at once. */
const MECHANISMS = new Map<string, Session['protection']>([
  ['TLS', 'clear'],
  ['TLS-C', 'clear'],
  ['SSL', 'private'],
  ['TLS-P', 'private'],
]);

export const auth: Verb<string> = {
  verb: 'AUTH',
  rfc: 'RFC 2228 §3, RFC 4217 §4',
  argument: required('TLS'),
  needs: [],
  feature: (session) => (session.server.options.tls ? 'AUTH TLS' : undefined),
  help: 'turn the control connection to TLS',
  run(session, mechanism) {
    if (!session.server.options.tls) return reply(502, 'This server has no certificate, TLS is not available');
    const protection = MECHANISMS.get(mechanism.toUpperCase());
    if (!protection) return reply(504, 'Use AUTH TLS');
    if (session.secure) return reply(503, 'This connection is in TLS already');
    return { reply: reply(234, 'Begin the TLS handshake'), afterwards: () => secure(session, protection) };
  },
};

/** Nothing that was said in clear counts from here on: neither the login nor commands that came behind AUTH. */
async function secure(session: Session, protection: Session['protection']): Promise<void> {
  const discarded = session.discardPending();
  if (discarded > 0)
    session.server.warn(session, 'DISCARDED_BEFORE_TLS', `${discarded} commands came in clear behind AUTH, discarded`);
  session.reset();
  session.protection = protection;
  await startTls(session);
}
