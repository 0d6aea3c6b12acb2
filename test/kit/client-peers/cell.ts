import type { ConnectOptions, DataPath } from '@twinport/ftp/client';
import type { Peer } from './peer.js';
import type { PeerAbilities } from './peer-abilities-table.js';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** One way of talking to a server. */
export interface Cell {
  readonly host: '127.0.0.1' | '::1';
  readonly tls: 'none' | 'explicit' | 'implicit';
  readonly version: TlsVersion | undefined;
  readonly command: DataPath['command'];
  /** Every behaviour is tried here; else those of every cell. */
  readonly full: boolean;
}

const HOSTS = ['127.0.0.1', '::1'] as const;
const COMMANDS = ['EPSV', 'PASV', 'EPRT', 'PORT'] as const;
const SECURITIES = [
  { tls: 'none', version: undefined },
  { tls: 'explicit', version: 'TLSv1.2' },
  { tls: 'explicit', version: 'TLSv1.3' },
  { tls: 'implicit', version: 'TLSv1.2' },
  { tls: 'implicit', version: 'TLSv1.3' },
] as const;
/** Where all behaviours are tried. */
const FULL = new Set(['127.0.0.1 none PASV', '127.0.0.1 explicit TLSv1.3 EPSV', '::1 explicit TLSv1.2 EPRT']);

export function cellsOf({ implicitTls }: PeerAbilities): readonly Cell[] {
  return HOSTS.flatMap((host) =>
    SECURITIES.filter(({ tls }) => tls !== 'implicit' || implicitTls).flatMap((security) =>
      COMMANDS.filter((command) => host === '127.0.0.1' || command.startsWith('E')).map((command) => ({
        host,
        ...security,
        command,
        full: FULL.has([host, security.tls, security.version, command].filter((each) => each).join(' ')),
      })),
    ),
  );
}

export function inWords({ host, tls, version, command }: Cell): string {
  return `${command} ${tls === 'none' ? 'in clear' : `over ${tls} ${version}`} from ${host}`;
}

export function isPassive({ command }: Cell): boolean {
  return command === 'EPSV' || command === 'PASV';
}

/** How to connect so that this cell is used, and no other. */
export function optionsOf(cell: Cell, peer: Peer): ConnectOptions {
  const { host, tls, version } = cell;
  return {
    host,
    port: peer.port,
    user: 'user',
    password: 'secret',
    data: { mode: isPassive(cell) ? 'passive' : 'active', extended: cell.command.startsWith('E') },
    ...(version !== undefined && {
      tls: {
        mode: tls === 'implicit' ? 'implicit' : 'explicit',
        ca: peer.ca,
        minVersion: version,
        maxVersion: version,
        requireResumption: peer.can.resumesSessions,
      },
    }),
  };
}
