import { path } from '../arguments.js';
import { applyUmask, exists } from '../create-mode.js';
import { DEFAULT_UMASK, type Session } from '../session.js';
import { takePosition } from '../start-position.js';
import type { WriteIntent } from '../storage/contract.js';
import type { ReceiveFile } from '../transfer-plan.js';
import type { Verb } from '../verb.js';

const NOTHING = new Uint8Array(0);
/** The only octet that a restart point can fall behind while what it stands for is still open (text-scan.ts); in EBCDIC too it is 0x0d. */
const CR = Uint8Array.of(0x0d);

export const stor: Verb<string> = {
  verb: 'STOR',
  rfc: 'RFC 959 §4.1.3, RFC 3659 §5',
  argument: path,
  needs: ['login', ['write', 'overwrite', 'append'], 'data'],
  help: 'upload a file, replacing one of that name; after REST from there on',
  async run(session, file) {
    const position = await takePosition(session, file);
    const { offset, skip, limit } = position ?? { offset: 0, skip: 0, limit: Infinity };
    const intent: WriteIntent =
      offset === 0 && limit === Infinity
        ? { kind: 'replace' }
        : { kind: limit === Infinity ? 'truncate-at' : 'overwrite-at', offset };
    return {
      transfer: {
        ...(await receive(session, 'STOR', file, intent)),
        offset,
        sentBefore: skip > 0 ? CR : NOTHING,
        limit,
      },
    };
  },
};

/** Opens the file of an upload. */
export async function receive(session: Session, verb: string, file: string, intent: WriteIntent): Promise<ReceiveFile> {
  const created = session.umask !== DEFAULT_UMASK && !(await exists(session, file));
  const sink = await session.storage.openWrite(file, intent);
  if (created) await applyUmask(session, file, 0o666);
  return { kind: 'receive', verb, path: file, sink, offset: 0, sentBefore: NOTHING, limit: Infinity };
}
