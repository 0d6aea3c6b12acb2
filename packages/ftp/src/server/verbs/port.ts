import { parseHostPort } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import { agreeActive } from '../agree-data.js';
import type { Verb } from '../verb.js';

export const port: Verb<ReturnType<typeof parseHostPort>> = {
  verb: 'PORT',
  rfc: 'RFC 959 §4.1.2',
  argument: parsed('<h1,h2,h3,h4,p1,p2>', parseHostPort),
  needs: ['login'],
  help: 'active mode: the server connects to this address and port of the client',
  run: (session, target) => agreeActive(session, target, 'PORT'),
};
