import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import type { Verb } from '../verb.js';
import { receive } from './stor.js';

export const appe: Verb<string> = {
  verb: 'APPE',
  rfc: 'RFC 959 §4.1.3',
  argument: path,
  needs: ['login', ['append', 'write'], 'data'],
  help: 'upload to the end of a file',
  async run(session, file) {
    if (session.takeStart()) return reply(503, 'APPE begins at the end of the file: it takes no REST and no RANG');
    return { transfer: await receive(session, 'APPE', file, { kind: 'append' }) };
  },
};
