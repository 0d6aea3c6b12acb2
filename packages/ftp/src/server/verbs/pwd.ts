import { quotePath, reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const pwd: Verb<undefined> = {
  verb: 'PWD',
  aliases: ['XPWD'],
  rfc: 'RFC 959 §4.1.3, RFC 775',
  argument: none,
  needs: ['login'],
  help: 'print the working directory',
  run: (session) => reply(257, `${quotePath(session.directory)} is the working directory`),
};
