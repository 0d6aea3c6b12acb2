import { mkdir } from 'node:fs/promises';
import type { Account, Permission, Storage } from '@twinport/ftp/server';
import { type Settings, rootOf } from '../accounts/settings.js';
import type { Identity } from '../accounts/source.js';
import { errnoOf } from './usage-fault.js';

const READ_ONLY: ReadonlySet<Permission> = new Set(['list', 'read']);
const READ_WRITE: ReadonlySet<Permission> = new Set(['list', 'read', 'write']);

/** What somebody gets who has logged in. Without a folder of their own it is the served one. */
export async function accountOf(
  { name, settings }: Identity,
  storageOf: (root: string) => Storage,
  served: string,
): Promise<Account> {
  const own = rootOf(name, settings);
  if (own !== undefined) await make(own);
  return { name, permissions: permissionsOf(settings.permissions), storage: storageOf(own ?? served) };
}

/** Where it is missing, and the one above is there. */
async function make(directory: string): Promise<void> {
  await mkdir(directory).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

function permissionsOf(permissions: Settings['permissions'] = 'read-write'): ReadonlySet<Permission> {
  return permissions === 'read-write' ? READ_WRITE : READ_ONLY;
}
