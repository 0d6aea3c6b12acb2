import { readChunks } from './read-chunks.js';
import type { Session } from './session.js';

/** Writes these files one after the other into a new file; when that fails the new file is removed. Throws StorageFault. */
export async function concatenate(session: Session, sources: readonly string[], target: string): Promise<void> {
  const { storage } = session;
  const sink = await storage.openWrite(target, { kind: 'create' });
  try {
    try {
      for (const source of sources) await readChunks(session, source, { first: 0 }, (chunk) => sink.write([chunk]));
    } finally {
      await sink.close();
    }
  } catch (error) {
    await removeQuietly(session, target);
    throw error;
  }
}

/** Clears away what was just made, which takes no permission, after a failure, whose own error is the one to tell. */
export async function removeQuietly(session: Session, path: string): Promise<void> {
  try {
    await session.account.storage.remove(path);
  } catch (error) {
    session.server.warn(session, 'INTERNAL', `${path} is left behind`, error);
  }
}
