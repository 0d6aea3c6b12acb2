import { type Command, InvalidArgumentError } from 'commander';
import { type PortRange, parsePortRange } from '@twinport/ftp/client';
import type { SourcePort } from '@twinport/ftp/server';
import { type Layer, layerOf } from '../daemon/config/layer.js';
import { nameOf } from '../daemon/config/shape.js';
import { MAX_WORKERS, type ServeTls, type ServeUser } from '../daemon/serve-options.js';

/** Options that say what the configuration file can say too, and win over it. */
export interface SettingFlags {
  readonly host?: string;
  readonly port?: number;
  readonly user?: readonly ServeUser[];
  readonly database?: string;
  readonly passivePorts?: PortRange;
  readonly publicAddress?: string;
  readonly activePort?: SourcePort;
  readonly tls?: ServeTls;
  readonly requireTls?: boolean;
  /** False with --no-zero-copy. */
  readonly zeroCopy: boolean;
  readonly workers?: number | 'auto';
}

export function addSettingOptions(command: Command): Command {
  return command
    .option('--host <ADDR>', 'listen on this address only (default: every IPv4 and IPv6 address)')
    .option('--port <N>', 'control port (default: 21 where permitted, else 2121)', parsePort)
    .option('--user <NAME:PASSWORD[:ro]>', 'an account; repeat for more (default: anonymous, read-only)', collectUser)
    .option('--database <URL>', 'accounts of twinport user: sqlite:FILE or postgres://…')
    .option('--passive-ports <A-B>', 'ports for passive data connections (default: any the system gives)', passivePorts)
    .option(
      '--public-address <ADDR>',
      'what PASV announces, behind NAT or in a container: an IPv4 address, a DNS name, dialled (the one that each client has dialled), or detect (what the cloud or the default route tells)',
    )
    .option(
      '--active-port <N|any>',
      'port that active data connections leave from (default: control port - 1)',
      activePort,
    )
    .option(
      '--tls <CERT,KEY|self-signed>',
      'a certificate and its key, as PEM files, or one made on the first run',
      tlsFiles,
    )
    .option('--require-tls', 'no login and no data connection without TLS')
    .option('--no-zero-copy', 'have the kernel move no files by itself')
    .option('--workers <N|auto>', 'processes that run the sessions, auto for one a core (default: 1)', workers);
}

/** Which option sets what, where the option is not called like the setting. */
const OPTIONS: Readonly<Record<string, string>> = {
  directory: 'DIR',
  'accounts.database': '--database',
  'passive.ports': '--passive-ports',
  publicAddress: '--public-address',
  activePort: '--active-port',
  'tls.required': '--require-tls',
  zeroCopy: '--no-zero-copy',
};

/** What the options set. Throws nothing: what is wrong with them comes with what is wrong with the file. */
export function flagsLayer(directory: string | undefined, flags: SettingFlags): Layer {
  const { host, port, user, database, passivePorts: range, publicAddress, activePort: active, workers: count } = flags;
  const tls = { ...tlsTable(flags.tls), ...(flags.requireTls && { required: true }) };
  const table = {
    directory,
    host,
    port,
    user: user?.map((each) => ({ ...each })),
    publicAddress,
    activePort: active,
    workers: count,
    ...(!flags.zeroCopy && { zeroCopy: 'off' }),
    ...(database !== undefined && { accounts: { database } }),
    ...(range && { passive: { ports: `${range.first}-${range.last}` } }),
    ...(Object.keys(tls).length > 0 && { tls }),
  };
  const given = Object.entries(table).filter(([, value]) => value !== undefined);
  return layerOf(Object.fromEntries(given), (path) => ({ kind: 'flag', name: optionName(nameOf(path)) }));
}

function optionName(name: string): string {
  const [table = ''] = name.split('.');
  return OPTIONS[name] ?? (name.startsWith('[[user]]') ? '--user' : `--${table}`);
}

/** An option takes the place of all that the file says of its certificate. */
function tlsTable(tls: ServeTls | undefined): object {
  if (!tls) return {};
  if (tls.kind === 'self-signed') return { selfSigned: true, certificate: undefined, key: undefined };
  return { certificate: tls.cert, key: tls.key, selfSigned: undefined };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('give a port from 0 to 65535.');
  return port;
}

function activePort(text: string): SourcePort {
  return text === 'any' ? 'any' : parsePort(text);
}

function passivePorts(text: string): PortRange {
  const range = parsePortRange(text);
  if (!range) throw new InvalidArgumentError('give FIRST-LAST, both from 1024 to 65535, such as 50000-50100.');
  return range;
}

function tlsFiles(text: string): ServeTls {
  if (text === 'self-signed') return { kind: 'self-signed' };
  const [cert, key, ...rest] = text.split(',');
  if (!cert || !key || rest.length > 0) throw new InvalidArgumentError('give CERT,KEY (two PEM files) or self-signed.');
  return { kind: 'files', cert, key };
}

function workers(text: string): number | 'auto' {
  const count = Number(text);
  if (text === 'auto') return 'auto';
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_WORKERS)
    throw new InvalidArgumentError(`give a number from 1 to ${MAX_WORKERS}, or auto.`);
  return count;
}

/** A password may hold colons; `:ro` at the end is the permission. */
function collectUser(text: string, before: readonly ServeUser[] = []): readonly ServeUser[] {
  const match = /^([^:]+):(.+?)(:ro)?$/s.exec(text);
  if (!match?.[1] || !match[2])
    throw new InvalidArgumentError('give NAME:PASSWORD, or NAME:PASSWORD:ro for a read-only account.');
  return [...before, { name: match[1], password: match[2], readOnly: match[3] !== undefined }];
}
