import { PINHOLE_TABLE } from '@twinport/ftp/firewall';
import { DEFAULT_LIMITS } from '@twinport/ftp/server';

/** What holds where nothing is said, by the name of the setting: a value, or in words what it depends on. */
export const DEFAULTS: Readonly<Record<string, string | number | boolean | Words>> = {
  directory: { words: 'the current folder' },
  host: { words: 'every IPv4 and IPv6 address' },
  port: { words: '21 where permitted, else 2121' },
  publicAddress: { words: 'the one the client has reached' },
  activePort: { words: 'control port - 1' },
  greeting: { words: 'that of the server' },
  workers: 1,
  anonymous: { words: 'true where there is no user and no [accounts]' },
  zeroCopy: 'auto',
  'accounts.database': { words: 'none' },
  'accounts.system': false,
  'accounts.pamService': { words: 'none' },
  'accounts.program': { words: 'none' },
  'accounts.url': { words: 'none' },
  'passive.ports': { words: 'any that the system gives' },
  'passive.share': { words: 'true with passive.ports' },
  'passive.advertisedPorts': { words: 'those of passive.ports' },
  'tls.certificate': { words: 'none' },
  'tls.key': { words: 'none' },
  'tls.selfSigned': false,
  'tls.required': false,
  'tls.dataSessionReuse': 'report',
  'tls.requireCloseNotify': true,
  'firewall.pinholes': { words: 'none' },
  'firewall.table': PINHOLE_TABLE,
  'firewall.answerMs': 5000,
  'firewall.maxOpen': 10_000,
  ...Object.fromEntries(Object.entries(DEFAULT_LIMITS).map(([name, value]) => [`limits.${name}`, value])),
};

/** A default that is found out when the server starts. */
export interface Words {
  readonly words: string;
}
