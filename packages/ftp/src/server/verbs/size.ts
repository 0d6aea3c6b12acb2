import { reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import { StorageFault } from '../storage/contract.js';
import { sizeInRepresentation } from '../text-scan.js';
import type { Verb } from '../verb.js';

export const size: Verb<string> = {
  verb: 'SIZE',
  rfc: 'RFC 3659 §4',
  argument: path,
  needs: ['login', 'list'],
  feature: 'SIZE',
  help: 'octets that a file has when it is sent in the current type',
  async run(session, file) {
    const entry = await session.storage.stat(file);
    if (entry.type === 'directory') throw new StorageFault('is-a-directory', file);
    if (entry.type !== 'file') throw new StorageFault('not-a-file', file);
    return reply(213, String(session.textual ? await sizeInRepresentation(session, file) : entry.size));
  },
};
