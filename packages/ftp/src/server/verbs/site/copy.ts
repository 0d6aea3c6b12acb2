import { quotePath, reply } from '../../../protocol/index.js';
import { concatenate } from '../../concatenate.js';
import type { Verb } from '../../verb.js';
import { twoPaths } from './two-paths.js';

export const copy: Verb<readonly [string, string]> = {
  verb: 'SITE COPY',
  rfc: 'no RFC: as in ProFTPD',
  argument: twoPaths('<from> <to>'),
  needs: ['login', 'read', 'write'],
  help: 'copy a file on the server; replaces nothing',
  async run(session, [from, to]) {
    await concatenate(session, [from], to);
    return reply(200, `Copied to ${quotePath(to)}`);
  },
};
