import { randomInt } from 'node:crypto';
import { baseName, joinPath, parentPath, resolvePath } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import type { Session } from '../session.js';
import { StorageFault } from '../storage/contract.js';
import type { ReceiveFile } from '../transfer-plan.js';
import type { Verb } from '../verb.js';
import { receive } from './stor.js';

const ATTEMPTS = 100;

export const stou: Verb<string | undefined> = {
  verb: 'STOU',
  rfc: 'RFC 959 §4.1.3, RFC 1123 §4.1.2.9',
  argument: optional('<path>'),
  needs: ['login', 'write', 'data'],
  help: 'upload under a name that is not taken yet; the 150 reply says which',
  async run(session, wanted) {
    session.takeStart();
    const path = resolvePath(session.directory, wanted ?? 'upload');
    const plan = await createUnique(session, path);
    return { transfer: { ...plan, opening: `FILE: ${plan.path}` } };
  },
};

async function createUnique(session: Session, path: string): Promise<ReceiveFile> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const name = attempt === 0 ? baseName(path) : `${baseName(path)}.${randomInt(1_000_000)}`;
    try {
      return await receive(session, 'STOU', joinPath(parentPath(path), name), { kind: 'create' });
    } catch (error) {
      if (!(error instanceof StorageFault && error.code === 'exists')) throw error;
    }
  }
  throw new StorageFault('exists', path);
}
