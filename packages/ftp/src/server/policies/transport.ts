import { reply } from '../../protocol/index.js';
import type { Policy } from './policy.js';

const LOGIN_VERBS = new Set(['USER', 'PASS', 'ACCT']);

/** With TLS required: no login in clear, and no data connection in clear (RFC 4217 §10.2: 521). */
export const transport: Policy = (session, verb) => {
  if (!session.server.options.tls?.required) return undefined;
  if (LOGIN_VERBS.has(verb.verb) && !session.secure && session.login.state !== 'in') {
    return reply(530, 'TLS is required here: send AUTH TLS first');
  }
  if (verb.needs.includes('data') && session.protection !== 'private') {
    return reply(521, 'Data connections must be protected: send PBSZ 0 and PROT P first');
  }
  return undefined;
};
