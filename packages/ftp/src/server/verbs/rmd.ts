import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import type { Verb } from '../verb.js';

export const rmd: Verb<string> = {
  verb: 'RMD',
  aliases: ['XRMD'],
  rfc: 'RFC 959 §4.1.3, RFC 775',
  argument: path,
  needs: ['login', 'removeDirectory'],
  help: 'remove an empty directory',
  async run(session, directory) {
    await session.storage.removeDirectory(directory);
    return reply(250, 'Removed');
  },
};
