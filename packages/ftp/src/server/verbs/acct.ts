import { reply } from '../../protocol/index.js';
import { required } from '../arguments.js';
import type { Verb } from '../verb.js';

export const acct: Verb<string> = {
  verb: 'ACCT',
  rfc: 'RFC 959 §4.1.1',
  argument: required('<account>'),
  needs: [],
  help: 'account information, for accounts that ask for it',
  run(session, account) {
    if (session.login.state === 'in') return reply(202, 'No account information is needed');
    if (session.login.state === 'none') return reply(503, 'Send USER first');
    session.accountName = account;
    return reply(202, 'Noted; send PASS');
  },
};
