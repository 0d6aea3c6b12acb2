import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import type { Verb } from '../verb.js';

export const rnto: Verb<string> = {
  verb: 'RNTO',
  rfc: 'RFC 959 §4.1.3',
  argument: path,
  needs: ['login', 'rename'],
  help: 'the new name of what RNFR named',
  async run(session, to) {
    if (session.renameFrom === undefined) return reply(503, 'Send RNFR first');
    await session.storage.rename(session.renameFrom, to);
    return reply(250, 'Renamed');
  },
};
