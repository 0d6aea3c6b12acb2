import { reply } from '../../protocol/index.js';
import { octets } from '../arguments.js';
import type { Verb } from '../verb.js';

export const rest: Verb<number> = {
  verb: 'REST',
  rfc: 'RFC 959 §4.1.3, RFC 3659 §5',
  argument: { ...octets, syntax: '<offset or marker>' },
  needs: ['login'],
  feature: 'REST STREAM',
  help: 'where the next RETR or STOR begins: an offset in mode S and Z, a restart marker in B and C',
  run(session, offset) {
    session.start = { kind: 'offset', offset };
    return reply(350, `Restarting at ${offset}: send RETR or STOR`);
  },
};
