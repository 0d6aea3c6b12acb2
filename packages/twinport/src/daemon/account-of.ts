import { mkdir } from 'node:fs/promises';
import { type Account, type Permission, READ_ONLY, READ_WRITE, type Storage, mount } from '@twinport/ftp/server';
import { AdministrationFault } from '../accounts/administration-fault.js';
import { type Settings, rootOf } from '../accounts/settings.js';
import type { Identity } from '../accounts/source.js';
import { errnoOf } from './usage-fault.js';

/** What this server cannot keep to: rather nobody is let in than more is given than was meant. */
const UNKEPT = [
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
  const { folders = [], mounts = [] } = settings;
  const permissions = permissionsOf(settings.permissions);
  const readable = new Set([...permissions].filter((each) => READ_ONLY.has(each)));
  const root = storageOf(own ?? served);
  const mounted = Object.fromEntries(mounts.map(({ path, directory }) => [path, storageOf(directory)]));
  return {
    name,
    permissions,
    folders: [
      ...folders.map((each) => ({ path: each.path, permissions: permissionsOf(each.permissions) })),
      ...mounts.filter(({ readOnly }) => readOnly).map(({ path }) => ({ path, permissions: readable })),
    ],
    storage: mounts.length > 0 ? mount(root, mounted) : root,
  };
}

/** Where it is missing, and the one above is there. */
async function make(directory: string): Promise<void> {
  await mkdir(directory).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

function permissionsOf(permissions: Settings['permissions'] = 'read-write'): ReadonlySet<Permission> {
  if (permissions === 'read-write') return READ_WRITE;
  return permissions === 'read-only' ? READ_ONLY : new Set(permissions);
}

function unkept(name: string, setting: string): AdministrationFault {
  return new AdministrationFault(
    `${name} is not let in, as the server cannot keep to the setting ${setting} of the account`,
  );
}
