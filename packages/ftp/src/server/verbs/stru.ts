import { parseStructure, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

export const stru: Verb<'F' | 'R' | 'P'> = {
  verb: 'STRU',
  rfc: 'RFC 959 §3.1.2',
  argument: parsed('<F|R|P>', parseStructure),
  needs: ['login'],
  help: 'structure: F file, R records (lines), P pages',
  run(session, structure) {
    if (structure === 'P' && session.mode !== 'S') return reply(504, 'Structure P goes with mode S');
    session.structure = structure;
    return reply(200, `Structure is ${structure}`);
  },
};
