import { PERMISSIONS } from '@twinport/ftp/server';
import * as v from 'valibot';
import { AdministrationFault } from './administration-fault.js';
import { isHours } from './hours.js';
import { isNetwork } from './networks.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const rate = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const permissions = v.union([v.picklist(['read-only', 'read-write']), v.array(v.picklist(PERMISSIONS))]);
const absolutePath = v.pipe(v.string(), v.regex(/^\/[^\0]*$/, 'begins with /'));
const network = v.pipe(v.string(), v.check(isNetwork, 'is an address or a network such as 10.0.0.0/8'));
const SETTINGS = v.strictObject({
  /** The root folder; `{name}` stands for the account's name. Default: the one that is served. */
  directory: v.optional(absolutePath),
  /** Default `read-write`. */
  permissions: v.optional(permissions),
  /** Folders below the root where something else goes; the deepest counts. */
  folders: v.optional(v.array(v.strictObject({ path: absolutePath, permissions }))),
  /** Other folders of this machine, shown in the tree at `path`. */
  mounts: v.optional(
    v.array(v.strictObject({ path: absolutePath, directory: absolutePath, readOnly: v.optional(v.boolean()) })),
  ),
  quotaBytes: v.optional(count),
  quotaFiles: v.optional(count),
  /** From the server; of all sessions of the account together. */
  downloadBytesPerSecond: v.optional(rate),
  uploadBytesPerSecond: v.optional(rate),
  maxSessions: v.optional(count),
  /** Where it may log in from. Default: anywhere. */
  networks: v.optional(v.array(network)),
  /** Where it may not, also when it is in `networks`. */
  deniedNetworks: v.optional(v.array(network)),
  /** When it may log in. Default: always. */
  hours: v.optional(
    v.array(v.pipe(v.string(), v.check(isHours, 'reads like 08:00-18:00 or Mon-Fri 22:00-06:00 Europe/Berlin'))),
  ),
  /** No login without TLS, and no data connection. */
  tlsRequired: v.optional(v.boolean()),
  /** From this instant on nobody logs in as this one. */
  expires: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{4}-\d\d-\d\d(T.*Z)?$/, 'is a date such as 2027-12-31, or an instant in UTC'),
      v.check((text) => !Number.isNaN(Date.parse(text)), 'is no date that there is'),
    ),
  ),
  /** SHA-256 fingerprints of client certificates, of which one must be shown; with such a one no password is asked for. */
  certificates: v.optional(
    v.array(v.pipe(v.string(), v.regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/, 'is a SHA-256 fingerprint AB:CD:…'))),
  ),
});

/** What is kept of an account or a group beside its name. Of an account those of its group hold where it has none. */
export type Settings = v.InferOutput<typeof SETTINGS>;
export type Permissions = NonNullable<Settings['permissions']>;
export const SETTING_NAMES = Object.keys(SETTINGS.entries);

/** Throws AdministrationFault that names what is wrong with them, and `owner`. */
export function checkSettings(settings: unknown, owner: string): Settings {
  const result = v.safeParse(SETTINGS, settings);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const value = typeof issue.input === 'string' ? `${JSON.stringify(issue.input)}: ` : '';
  throw new AdministrationFault(`${owner}: ${v.getDotPath(issue) ?? 'settings'} ${value}${issue.message}`);
}

export function parseSettings(json: string, owner: string): Settings {
  return checkSettings(JSON.parse(json), owner);
}

/** The root folder of an account; undefined where it is the served one. */
export function rootOf(name: string, { directory }: Settings): string | undefined {
  return directory?.replaceAll('{name}', name);
}
