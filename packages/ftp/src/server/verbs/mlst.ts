import { FACTS, reply } from '../../protocol/index.js';
import { optionalPath } from '../arguments.js';
import type { Verb } from '../verb.js';
import { factsOf } from './mlsd.js';

export const mlst: Verb<string> = {
  verb: 'MLST',
  rfc: 'RFC 3659 §7',
  argument: optionalPath,
  needs: ['login', 'list'],
  feature: (session) => `MLST ${FACTS.map((fact) => `${fact}${session.facts.has(fact) ? '*' : ''};`).join('')}\nTVFS`,
  help: 'the facts of one file or directory, on the control connection',
  async run(session, path) {
    const entry = await session.storage.stat(path);
    return reply(250, `Listing ${path}`, `${await factsOf(session, entry, path)} ${path}`, 'End');
  },
};
