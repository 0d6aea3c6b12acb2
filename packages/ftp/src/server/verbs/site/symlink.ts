import { quotePath, reply } from '../../../protocol/index.js';
import { ableStorage } from '../../able-storage.js';
import type { Verb } from '../../verb.js';
import { twoPaths } from './two-paths.js';

export const symlink: Verb<readonly [string, string]> = {
  verb: 'SITE SYMLINK',
  rfc: 'no RFC: as in ProFTPD',
  argument: twoPaths('<target> <link>'),
  needs: ['login', 'list', 'write', 'makeLink'],
  help: 'make a symbolic link to a target',
  async run(session, [target, link]) {
    await ableStorage(session, 'makeLink').makeLink(link, target);
    return reply(200, `${quotePath(link)} is a link to ${quotePath(target)}`);
  },
};
