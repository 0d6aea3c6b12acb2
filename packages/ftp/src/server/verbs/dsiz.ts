import { reply } from '../../protocol/index.js';
import { ableStorage } from '../able-storage.js';
import { optionalPath } from '../arguments.js';
import type { Verb } from '../verb.js';
import { withoutIdleTimeout } from '../without-idle-timeout.js';

export const dsiz: Verb<string> = {
  verb: 'DSIZ',
  rfc: 'draft-peterson-streamlined-ftp-command-extensions §5',
  argument: optionalPath,
  needs: ['login', 'list', 'totalSize'],
  feature: 'DSIZ',
  help: 'octets of all files in a directory and below it',
  async run(session, path) {
    const storage = ableStorage(session, 'totalSize');
    const octets = await withoutIdleTimeout(session, () => storage.totalSize(path, session.ended.signal));
    return reply(213, String(octets));
  },
};
