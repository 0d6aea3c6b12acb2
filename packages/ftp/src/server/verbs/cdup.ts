import { parentPath } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';
import { changeDirectory } from './cwd.js';

export const cdup: Verb<undefined> = {
  verb: 'CDUP',
  aliases: ['XCUP'],
  rfc: 'RFC 959 §4.1.1, RFC 775',
  argument: none,
  needs: ['login', 'list'],
  help: 'change to the parent directory',
  run: async (session) => await changeDirectory(session, parentPath(session.directory)),
};
