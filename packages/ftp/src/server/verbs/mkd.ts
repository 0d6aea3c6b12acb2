import { quotePath, reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import { applyUmask } from '../create-mode.js';
import { StorageFault } from '../storage/contract.js';
import type { Verb } from '../verb.js';

export const mkd: Verb<string> = {
  verb: 'MKD',
  aliases: ['XMKD'],
  rfc: 'RFC 959 §4.1.3, RFC 775',
  argument: path,
  needs: ['login', 'makeDirectory'],
  help: 'make a directory',
  async run(session, directory) {
    try {
      await session.storage.makeDirectory(directory);
    } catch (error) {
      // RFC 959 §5.4 has 550 for MKD; 553, as for a file's name, is not on its list.
      if (error instanceof StorageFault && error.code === 'exists')
        return reply(550, 'There is one of that name already');
      throw error;
    }
    await applyUmask(session, directory, 0o777);
    return reply(257, `${quotePath(directory)} created`);
  },
};
