import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import type { Verb } from '../verb.js';

export const dele: Verb<string> = {
  verb: 'DELE',
  rfc: 'RFC 959 §4.1.3',
  argument: path,
  needs: ['login', 'delete'],
  help: 'delete a file',
  async run(session, file) {
    await session.storage.remove(file);
    return reply(250, 'Deleted');
  },
};
