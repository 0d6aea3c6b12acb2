import { reply } from '../../protocol/index.js';
import { ableStorage } from '../able-storage.js';
import { optionalPath } from '../arguments.js';
import type { Verb } from '../verb.js';

export const avbl: Verb<string> = {
  verb: 'AVBL',
  rfc: 'draft-peterson-streamlined-ftp-command-extensions §4',
  argument: optionalPath,
  needs: ['login', 'list', 'space'],
  feature: 'AVBL',
  help: 'octets free for uploads to a directory',
  async run(session, path) {
    const { available } = await ableStorage(session, 'space').space(path);
    // A storage without a limit has Infinity.
    return reply(213, String(Math.max(0, Math.floor(Math.min(available, Number.MAX_SAFE_INTEGER)))));
  },
};
