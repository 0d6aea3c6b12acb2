import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import { sizeInRepresentation } from '../text-scan.js';
import type { Verb } from '../verb.js';

export const size: Verb<string> = {
  verb: 'SIZE',
  rfc: 'RFC 3659 §4',
  argument: path,
  needs: ['login', 'list'],
  feature: 'SIZE',
  help: 'octets that a file has when it is sent in the current type',
  run: async (session, file) => reply(213, String(await sizeInRepresentation(session, file))),
};
