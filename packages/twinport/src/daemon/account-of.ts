import { mkdir } from 'node:fs/promises';
import type { Account, Permission, Storage } from '@twinport/ftp/server';
import { AdministrationFault } from '../accounts/administration-fault.js';
import { type Settings, rootOf } from '../accounts/settings.js';
import type { Identity } from '../accounts/source.js';
import { errnoOf } from './usage-fault.js';

const READ_ONLY: ReadonlySet<Permission> = new Set(['list', 'read']);
const READ_WRITE: ReadonlySet<Permission> = new Set(['list', 'read', 'write']);

/** What this server cannot keep to: rather nobody is let in than more is given than was meant. */
const UNKEPT = [
  'folders',
  'mounts',
  'quotaBytes',
  'quotaFiles',
  'downloadBytesPerSecond',
  'uploadBytesPerSecond',
  'maxSessions',
  'certificates',
] as const;

/** What somebody gets who has logged in. Without a folder of their own it is the served one. Throws AdministrationFault. */
export async function accountOf(
  { name, settings }: Identity,
  storageOf: (root: string) => Storage,
  served: string,
): Promise<Account> {
  const beyond = UNKEPT.find((setting) => settings[setting] !== undefined);
  if (beyond !== undefined) throw unkept(name, beyond);
  const own = rootOf(name, settings);
  if (own !== undefined) await make(own);
  return { name, permissions: permissionsOf(name, settings.permissions), storage: storageOf(own ?? served) };
}

/** Where it is missing, and the one above is there. */
async function make(directory: string): Promise<void> {
  await mkdir(directory).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

/** Throws AdministrationFault for classes of verbs, which this server does not tell apart. */
function permissionsOf(name: string, permissions: Settings['permissions'] = 'read-write'): ReadonlySet<Permission> {
  if (typeof permissions !== 'string') throw unkept(name, 'permissions');
  return permissions === 'read-write' ? READ_WRITE : READ_ONLY;
}

function unkept(name: string, setting: string): AdministrationFault {
  return new AdministrationFault(
    `${name} is not let in, as the server cannot keep to the setting ${setting} of the account`,
  );
}
