import { type Storage, StorageFault, type WriteHandle, type WriteIntent } from '../storage/contract.js';
import type { Permission } from './contract.js';
import { NotPermitted } from './not-permitted.js';
import type { Permitted } from './permissions.js';

interface Upload {
  readonly storage: Storage;
  readonly path: string;
  readonly may: Permitted;
}

/**
 * Opens a file for writing with what the account may do there. Where that depends on whether there is a file of that name, it is
 * opened in a way that fails if it is otherwise, so that nobody can make or remove one in between. Throws NotPermitted.
 */
export async function openPermitted(upload: Upload, intent: WriteIntent): Promise<WriteHandle> {
  const { storage, path } = upload;
  if (intent.kind === 'replace') return await replace(upload);
  if (intent.kind === 'append') return await append(upload);
  if (intent.kind === 'truncate-at' || intent.kind === 'overwrite-at') return await goOn(upload, intent);
  demand(upload, 'write');
  return await storage.openWrite(path, intent);
}

async function replace(upload: Upload): Promise<WriteHandle> {
  const { storage, path, may } = upload;
  if (may.has('write') && may.has('overwrite')) return await storage.openWrite(path, { kind: 'replace' });
  if (may.has('write')) return await create(upload, 'overwrite');
  demand(upload, 'overwrite');
  try {
    return await storage.openWrite(path, { kind: 'truncate-at', offset: 0 });
  } catch (error) {
    throw isFault(error, 'not-found') ? new NotPermitted('write', path) : error;
  }
}

async function append(upload: Upload): Promise<WriteHandle> {
  const { storage, path, may } = upload;
  if (!may.has('append')) return await create(upload, 'append');
  if (!may.has('write')) await sizeOf(upload);
  return await storage.openWrite(path, { kind: 'append' });
}

/** A new file; `instead`: what it would be if there is one. */
async function create(upload: Upload, instead: 'overwrite' | 'append'): Promise<WriteHandle> {
  const { storage, path } = upload;
  demand(upload, 'write');
  try {
    return await storage.openWrite(path, { kind: 'create' });
  } catch (error) {
    throw isFault(error, 'exists') ? new NotPermitted(instead, path) : error;
  }
}

/** From an offset on: at the end of the file that is appending. */
async function goOn(upload: Upload, intent: Extract<WriteIntent, { readonly offset: number }>): Promise<WriteHandle> {
  const { storage, path, may } = upload;
  if (may.has('overwrite')) return await storage.openWrite(path, intent);
  demand(upload, 'append');
  const size = await sizeOf(upload);
  if (intent.offset > size) throw new StorageFault('invalid', `${path} has ${size} octets`);
  if (intent.offset < size) throw new NotPermitted('overwrite', path);
  return await storage.openWrite(path, { kind: 'append' });
}

/** Of a file that must be there: the account may make none. */
async function sizeOf({ storage, path, may }: Upload): Promise<number> {
  try {
    return (await storage.stat(path)).size;
  } catch (error) {
    throw isFault(error, 'not-found') && !may.has('write') ? new NotPermitted('write', path) : error;
  }
}

function demand({ may, path }: Upload, permission: Permission): void {
  if (!may.has(permission)) throw new NotPermitted(permission, path);
}

function isFault(error: unknown, code: StorageFault['code']): boolean {
  return error instanceof StorageFault && error.code === code;
}
