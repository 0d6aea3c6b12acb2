import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import type { Verb } from '../verb.js';

export const rnfr: Verb<string> = {
  verb: 'RNFR',
  rfc: 'RFC 959 §4.1.3',
  argument: path,
  needs: ['login', 'rename'],
  help: 'what to rename; RNTO must follow',
  async run(session, from) {
    await session.storage.stat(from);
    session.renameFrom = from;
    return reply(350, 'Send RNTO with the new name');
  },
};
