import { isAccountName } from './account-name.js';
import type { StoredAccount } from './account-store.js';
import { isNetwork } from './networks.js';
import type { Settings } from './settings.js';
import { isHash } from './verify-hash.js';

/** Something of a foreign file that did not come along, or came changed. */
export interface ImportNote {
  readonly name: string;
  readonly message: string;
}

export interface ImportedAccounts {
  readonly accounts: readonly StoredAccount[];
  readonly notes: readonly ImportNote[];
}

const FIELDS = 18;
/** Fields that have no counterpart, and what their absence means. */
const LEFT_OUT: readonly (readonly [field: number, message: string])[] = [
  [8, 'upload ratio left out'],
  [9, 'download ratio left out'],
  [13, 'allowed local addresses left out: it may log in at any address of the server'],
  [14, 'denied local addresses left out: it may log in at any address of the server'],
];

/** The accounts of `pureftpd.passwd`, as pure-pw(8) writes it. User and group IDs are left out: files belong to the server's user. */
export function importPureFtpd(text: string): ImportedAccounts {
  const accounts: StoredAccount[] = [];
  const notes: ImportNote[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const fields = line.split(':');
    const [name = ''] = fields;
    const note = (message: string): void => void notes.push({ name: name || `line ${index + 1}`, message });
    if (fields.length < 6 || fields.length > FIELDS) note(`line ${index + 1} skipped: not of pure-pw`);
    else if (!isAccountName(name)) note('skipped: not a name that an account can have');
    else accounts.push(accountOf(fields, note));
  }
  return { accounts, notes };
}

function accountOf(fields: readonly string[], note: (message: string) => void): StoredAccount {
  const at = (field: number): string => fields[field] ?? '';
  const [name, hash] = [at(0), at(1)];
  if (!isHash(hash)) note(`its password cannot be checked here: twinport user passwd ${name} gives it another`);
  for (const [field, message] of LEFT_OUT) if (at(field) !== '') note(message);
  const hours = hoursOf(at(17), note);
  // Only those that are kept out of it by the name of a host could come in.
  const disabled = at(16)
    .split(',')
    .some((each) => each !== '' && !isNetwork(each));
  if (disabled) note('disabled: it denies hosts by name, which cannot be kept up; set --deny-network and enable it');
  const settings: Settings = {
    directory: at(5)
      .replace(/\/\.\/.*$/, '')
      .replace(/(.)\/+$/, '$1'),
    ...given('uploadBytesPerSecond', at(6)),
    ...given('downloadBytesPerSecond', at(7)),
    ...given('maxSessions', at(10)),
    ...given('quotaFiles', at(11)),
    ...given('quotaBytes', at(12)),
    ...networks('networks', at(15), note),
    ...networks('deniedNetworks', at(16), note),
    ...(hours !== undefined && { hours: [hours] }),
  };
  return { name, ...(isHash(hash) && { password: hash }), disabled, settings };
}

function given(key: keyof Settings, text: string): Settings {
  return /^[1-9]\d*$/.test(text) ? { [key]: Number(text) } : {};
}

function networks(key: 'networks' | 'deniedNetworks', text: string, note: (message: string) => void): Settings {
  const all = text.split(',').filter((each) => each !== '');
  const known = all.filter(isNetwork);
  const names = all.filter((each) => !isNetwork(each));
  if (names.length > 0) note(`${key} are addresses: ${names.join(', ')} left out`);
  return all.length > 0 ? { [key]: known } : {};
}

/** `900-1800`: hours and minutes of any day, in the server's zone. */
function hoursOf(text: string, note: (message: string) => void): string | undefined {
  const match = /^(\d{3,4})-(\d{3,4})$/.exec(text);
  if (!match) {
    if (text !== '') note(`hours ${text} left out`);
    return undefined;
  }
  const [from, to] = [match[1], match[2]].map((time) => (time ?? '').padStart(4, '0').replace(/^(..)/, '$1:'));
  return `${from}-${to}`;
}
