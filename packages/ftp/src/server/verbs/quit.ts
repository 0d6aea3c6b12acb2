import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const quit: Verb<undefined> = {
  verb: 'QUIT',
  rfc: 'RFC 959 §4.1.1',
  argument: none,
  needs: [],
  help: 'end the session, after a running transfer',
  run(session) {
    return { reply: reply(221, 'Goodbye'), afterwards: () => session.control.end() };
  },
};
