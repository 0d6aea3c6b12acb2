import { StorageFault } from '../storage/contract.js';
import type { Permission } from './contract.js';

const DOING: Record<Permission, string> = {
  list: 'list',
  read: 'download',
  write: 'make files',
  append: 'append to files',
  overwrite: 'overwrite files',
  delete: 'delete files',
  rename: 'rename',
  makeDirectory: 'make directories',
  removeDirectory: 'remove directories',
  setAttributes: 'change attributes',
};

/** What a peer is told whose account lacks a permission, at one place or at all. */
export function refusalText(permission: Permission, where: 'here' | 'anywhere'): string {
  return `Permission denied: this account may not ${DOING[permission]}${where === 'here' ? ' here' : ''}`;
}

/** The account may not do that with this path. */
export class NotPermitted extends StorageFault {
  readonly permission: Permission;

  constructor(permission: Permission, path: string) {
    super('denied', `the account lacks ${permission} for ${path}`);
    this.permission = permission;
  }
}
