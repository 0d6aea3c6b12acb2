import { quotePath, reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import { applyUmask } from '../create-mode.js';
import type { Verb } from '../verb.js';

export const mkd: Verb<string> = {
  verb: 'MKD',
  aliases: ['XMKD'],
  rfc: 'RFC 959 §4.1.3, RFC 775',
  argument: path,
  needs: ['login', 'write'],
  help: 'make a directory',
  async run(session, directory) {
    await session.storage.makeDirectory(directory);
    await applyUmask(session, directory, 0o777);
    return reply(257, `${quotePath(directory)} created`);
  },
};
