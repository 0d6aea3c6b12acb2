import { reply, resolvePath } from '../../protocol/index.js';
import { required } from '../arguments.js';
import { HASH_NAMES, hashFile } from '../file-hash.js';
import type { OctetRange } from '../read-chunks.js';
import type { Session } from '../session.js';
import { StorageFault } from '../storage/contract.js';
import type { Verb } from '../verb.js';

export const hash: Verb<string> = {
  verb: 'HASH',
  rfc: 'draft-bryan-ftpext-hash-02',
  argument: required('<path>'),
  needs: ['login', 'read'],
  feature: (session) => `HASH ${HASH_NAMES.map((name) => (name === session.hash ? `${name}*` : name)).join(';')}`,
  help: 'the hash of a file, or of the range that RANG has set; OPTS HASH chooses which hash',
  async run(session, name) {
    const { hash: algorithm } = session;
    const range = takeRange(session);
    const { hex, end } = await hashFile(session, resolvePath(session.directory, name), algorithm, range);
    if (range.end !== undefined && end <= range.first) throw new StorageFault('invalid', 'the range is behind the end');
    return reply(213, `${algorithm} ${range.first}-${Math.max(range.first, end - 1)} ${hex} ${name}`);
  },
};

/** Of RANG alone: REST is for transfers. */
function takeRange(session: Session): OctetRange {
  if (session.start?.kind !== 'range') return { first: 0 };
  const { first, last } = session.start;
  session.takeStart();
  return { first, end: last + 1 };
}
