import { DEFAULT_UMASK, type Session } from './session.js';
import { StorageFault } from './storage/contract.js';

/**
 * Gives what was just created the permissions that SITE UMASK asked for; `base` is 0o666 for files, 0o777 for directories.
 * Who may make something may have it made like this, without `setAttributes`.
 */
export async function applyUmask(session: Session, path: string, base: number): Promise<void> {
  if (session.umask === DEFAULT_UMASK) return;
  try {
    await session.account.storage.setMode?.(path, base & ~session.umask);
  } catch (error) {
    // Some part of a tree may have no permissions.
    if (!(error instanceof StorageFault && error.code === 'unsupported')) throw error;
  }
}

/** Whether there is something of that name. */
export async function exists(session: Session, path: string): Promise<boolean> {
  try {
    await session.storage.stat(path);
    return true;
  } catch (error) {
    if (error instanceof StorageFault && error.code === 'not-found') return false;
    throw error;
  }
}
