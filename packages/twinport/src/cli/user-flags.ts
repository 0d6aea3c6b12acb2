import { resolve } from 'node:path';
import { PERMISSIONS } from '@twinport/ftp/server';
import { type Command, InvalidArgumentError } from 'commander';
import { type Permissions, SETTING_NAMES, type Settings } from '../accounts/index.js';
import { parseSize } from './amounts.js';

type Folder = NonNullable<Settings['folders']>[number];
type Mount = NonNullable<Settings['mounts']>[number];

/** Settings of an account or a group, as options. */
export interface SettingFlags {
  readonly directory?: string;
  readonly readOnly?: boolean;
  readonly permissions?: Permissions;
  readonly folder?: readonly Folder[];
  readonly mount?: readonly Mount[];
  readonly quota?: number;
  readonly quotaFiles?: number;
  readonly downloadRate?: number;
  readonly uploadRate?: number;
  readonly sessions?: number;
  readonly network?: readonly string[];
  readonly denyNetwork?: readonly string[];
  readonly hours?: readonly string[];
  readonly requireTls?: boolean;
  readonly expires?: string;
  readonly certificate?: readonly string[];
}

export interface UnsetFlags {
  readonly unset?: readonly string[];
}

export function settingFlags(command: Command): Command {
  return command
    .option('--directory <DIR>', 'the root folder; {name} in it is the account’s name')
    .option('--read-only', 'list and read')
    .option('--permissions <LIST>', `read-only, read-write, or some of ${PERMISSIONS.join(',')}`, permissions)
    .option('--folder <PATH=LIST>', 'other permissions for a folder and what is below; repeat for more', folder)
    .option('--mount <PATH=DIR[:ro]>', 'show another folder of this machine at PATH; repeat for more', mount)
    .option('--quota <SIZE>', 'octets it may store: 500M, 2G', size)
    .option('--quota-files <N>', 'files it may store', count)
    .option('--download-rate <SIZE>', 'octets a second from the server, all sessions together', size)
    .option('--upload-rate <SIZE>', 'octets a second to the server', size)
    .option('--sessions <N>', 'sessions at once', count)
    .option('--network <CIDR>', 'where it may log in from; repeat for more', collect)
    .option('--deny-network <CIDR>', 'where it may not; repeat for more', collect)
    .option('--hours <HOURS>', 'when it may log in: "Mon-Fri 08:00-18:00 Europe/Berlin"; repeat for more', collect)
    .option('--require-tls', 'no login without TLS')
    .option('--expires <DATE>', 'the day from which nobody logs in as this one (UTC)')
    .option('--certificate <SHA256>', 'fingerprint of a client certificate; repeat for more', fingerprint);
}

export function unsetFlag(command: Command): Command {
  return command.option('--unset <KEY>', 'forget a setting, as show names it; repeat for more', settingName);
}

export function settingsOf(flags: SettingFlags): Settings {
  const permitted = flags.readOnly ? 'read-only' : flags.permissions;
  const settings: Record<string, unknown> = {
    directory: flags.directory === undefined ? undefined : resolve(flags.directory),
    permissions: permitted,
    folders: flags.folder,
    mounts: flags.mount,
    quotaBytes: flags.quota,
    quotaFiles: flags.quotaFiles,
    downloadBytesPerSecond: flags.downloadRate,
    uploadBytesPerSecond: flags.uploadRate,
    maxSessions: flags.sessions,
    networks: flags.network,
    deniedNetworks: flags.denyNetwork,
    hours: flags.hours,
    tlsRequired: flags.requireTls,
    expires: flags.expires,
    certificates: flags.certificate,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** What is left of settings and added to them. */
export function changed(settings: Settings, flags: SettingFlags & UnsetFlags): Settings {
  const { unset = [] } = flags;
  const left = Object.entries(settings).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(left), ...settingsOf(flags) };
}

function permissions(text: string): Permissions {
  if (text === 'read-only' || text === 'read-write') return text;
  const names = text.split(',').filter((name) => name !== '');
  return names.map((name) => {
    const known = PERMISSIONS.find((each) => each === name);
    if (known === undefined)
      throw new InvalidArgumentError(`give read-only, read-write, or some of ${PERMISSIONS.join(',')}.`);
    return known;
  });
}

function folder(text: string, before: readonly Folder[] = []): readonly Folder[] {
  const [path, list] = split(text, '=');
  if (list === undefined) throw new InvalidArgumentError('give PATH=LIST, such as /incoming=list,write.');
  return [...before, { path, permissions: permissions(list) }];
}

function mount(text: string, before: readonly Mount[] = []): readonly Mount[] {
  const [path, target] = split(text, '=');
  if (target === undefined) throw new InvalidArgumentError('give PATH=DIR, such as /pub=/srv/pub:ro.');
  const readOnly = target.endsWith(':ro');
  const directory = resolve(readOnly ? target.slice(0, -':ro'.length) : target);
  return [...before, { path, directory, ...(readOnly && { readOnly }) }];
}

function split(text: string, by: string): readonly [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}

function size(text: string): number {
  const octets = parseSize(text);
  if (octets === undefined) throw new InvalidArgumentError('give a number of octets, such as 500M or 2G.');
  return octets;
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('give a whole number.');
  return Number(text);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** As `openssl x509 -fingerprint -sha256` prints it, with or without its colons and its label. */
function fingerprint(text: string, before: readonly string[] = []): readonly string[] {
  const digits = text.replace(/^.*=/, '').replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits))
    throw new InvalidArgumentError('give a SHA-256 fingerprint: openssl x509 -noout -fingerprint -sha256 -in FILE.');
  return [...before, (digits.match(/../g) ?? []).join(':')];
}

function settingName(text: string, before: readonly string[] = []): readonly string[] {
  const names = ['group', ...SETTING_NAMES];
  if (!names.includes(text)) throw new InvalidArgumentError(`there are ${names.join(', ')}.`);
  return [...before, text];
}
