import type { EntryType } from '../entry.js';

/** The organisations of data sets: libraries hold members, as directories hold files; FTP does not transfer VSAM. */
export const typesByOrganization: ReadonlyMap<string, EntryType> = new Map([
  ['PO', 'directory'],
  ['PO-E', 'directory'],
  ['PO-L', 'directory'],
  ['POU', 'directory'],
  ['GDG', 'directory'],
  ['PS', 'file'],
  ['PS-E', 'file'],
  ['PS-L', 'file'],
  ['PS-B', 'file'],
  ['PSU', 'file'],
  ['DA', 'file'],
  ['DAU', 'file'],
  ['IS', 'file'],
  ['ISU', 'file'],
  ['VSAM', 'other'],
  ['HFS', 'other'],
  ['ZFS', 'other'],
  ['PATH', 'other'],
]);

/** What stands in place of the columns, in lower case: the server knows no more than the name. */
export const typesByRemark: ReadonlyMap<string, EntryType> = new Map([
  ['migrated', 'file'],
  ['pseudo directory', 'directory'],
  ['tape', 'file'],
  ['not mounted', 'file'],
  ['not direct access device', 'file'],
  ['error determining attributes', 'file'],
  ['user catalog connector', 'other'],
  ['gdg', 'directory'],
  ['vsam', 'other'],
  ['path', 'other'],
]);
