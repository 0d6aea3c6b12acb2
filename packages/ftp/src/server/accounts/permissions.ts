import { isInside, resolvePath } from '../../protocol/index.js';
import type { EntryType } from '../storage/contract.js';
import { type Account, PERMISSIONS, type Permission } from './contract.js';

/** What somebody may do with one path. */
export type Permitted = Pick<ReadonlySet<Permission>, 'has'>;

type Permissions = Pick<Account, 'permissions' | 'folders'>;

/** What the account may do with a path that leads through no link: by the deepest of its folders that it is in. */
export function permissionsAt({ permissions, folders = [] }: Permissions, path: string): ReadonlySet<Permission> {
  let deepest = { path: '', permissions };
  for (const folder of folders) {
    const at = resolvePath('/', folder.path);
    if (isInside(path, at) && at.length > deepest.path.length) deepest = { path: at, permissions: folder.permissions };
  }
  return deepest.permissions;
}

/** Whether it may do that at all, be it in one folder only. */
export function mayAnywhere({ permissions, folders = [] }: Permissions, permission: Permission): boolean {
  return permissions.has(permission) || folders.some((folder) => folder.permissions.has(permission));
}

/** Whether it may do that with everything in a folder. */
export function mayEverywhere(account: Permissions, folder: string, permission: Permission): boolean {
  const { folders = [] } = account;
  return (
    permissionsAt(account, folder).has(permission) &&
    folders.every(({ path, permissions }) => permissions.has(permission) || !isInside(resolvePath('/', path), folder))
  );
}

/** Whether something else goes for this folder, or for one below it, than for the one above. */
export function holdsFolders({ folders = [] }: Permissions, path: string): boolean {
  return folders.some((folder) => isInside(resolvePath('/', folder.path), path));
}

/** Whether it may change anything. */
export function mayChange(account: Permissions): boolean {
  return PERMISSIONS.some((permission) => isChange(permission) && mayAnywhere(account, permission));
}

export function isChange(permission: Permission): boolean {
  return permission !== 'list' && permission !== 'read';
}

/** What may be done with a name that may be a link. It is the link that is renamed, and removed as a file is; all else is done with what it leads to. */
export function permittedThrough(name: Permitted, target: Permitted, type: EntryType): Permitted {
  const isOfName = (permission: Permission): boolean =>
    permission === 'rename' || (permission === 'delete' && type !== 'directory');
  return { has: (permission) => name.has(permission) && (isOfName(permission) || target.has(permission)) };
}
