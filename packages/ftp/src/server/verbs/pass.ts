import { reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import { logIn } from '../log-in.js';
import type { Verb } from '../verb.js';

export const pass: Verb<string | undefined> = {
  verb: 'PASS',
  rfc: 'RFC 959 §4.1.1',
  argument: optional('<password>'),
  needs: [],
  help: 'the password that goes with USER',
  async run(session, password) {
    if (session.login.state === 'none') return reply(503, 'Send USER first');
    if (session.login.state === 'in') return reply(230, 'Already logged in');
    return await logIn(session, session.login.user, password ?? '');
  },
};
