import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const rein: Verb<undefined> = {
  verb: 'REIN',
  rfc: 'RFC 959 §4.1.1',
  argument: none,
  needs: [],
  help: 'log out, keep the connection',
  run(session) {
    if (session.login.state === 'in') session.commandsBeforeLogin = 0;
    session.reset();
    session.virtualHost = undefined;
    return reply(220, 'Ready for a new user');
  },
};
