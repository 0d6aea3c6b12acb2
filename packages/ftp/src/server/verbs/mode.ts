import { parseMode, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

export const mode: Verb<'S' | 'B' | 'C' | 'Z'> = {
  verb: 'MODE',
  rfc: 'RFC 959 §3.4, draft-preston-ftpext-deflate-04',
  argument: parsed('<S|B|C|Z>', parseMode),
  needs: ['login'],
  feature: 'MODE Z',
  help: 'transmission: S stream, B block, C compressed, Z deflated; B and C keep the data connection open',
  run(session, next) {
    if (session.structure === 'P' && next !== 'S') return reply(504, 'Structure P goes with mode S');
    if (next !== session.mode && session.data?.state === 'open') session.offer(undefined);
    session.mode = next;
    return reply(200, `Mode is ${next}`);
  },
};
