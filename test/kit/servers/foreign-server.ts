import type { PortRange } from './ports.js';

export const SERVER_NAMES = ['vsftpd', 'proftpd', 'pure-ftpd', 'pyftpdlib'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** What a foreign server is to be like. One that cannot be so throws when it is started, see {@link ABILITIES}. */
export interface ForeignServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The network namespace it runs in, by name. `port` has to be given then. Default: this process's own. */
  readonly namespace?: string;
  /** Default: one that is free. To start a server again where it was. */
  readonly port?: number;
  /** Default none. With explicit TLS, sessions in clear are allowed as well. */
  readonly tls?: 'none' | 'explicit' | 'implicit';
  /** The only version it speaks. Default: 1.2 and 1.3. */
  readonly tlsVersion?: TlsVersion;
  /** No login and no data without TLS. Default false. */
  readonly requireTls?: boolean;
  /** A data connection must resume the TLS session of its control connection. Default false. */
  readonly requireSessionReuse?: boolean;
  /** PEM: whoever has no certificate of this authority is not let in. Only vsftpd and ProFTPD. Default: none is asked for. */
  readonly clientAuthority?: string;
  /** Default: any port. */
  readonly passivePorts?: PortRange;
  /** The IPv4 address that its 227 replies name. Default: the one the client has reached. */
  readonly publicAddress?: string;
  /** More lines of vsftpd's configuration. */
  readonly vsftpd?: readonly string[];
  /** Verbs it answers with an error. Default none. */
  readonly refuse?: readonly string[];
  /** Of the server and, all of them being on one machine, of an address. Default 50. */
  readonly maxClients?: number;
  /** Whether `root` is `/` to the user, or a folder of a machine that the user sees all of. Default true. */
  readonly confined?: boolean;
  /** What is in `root` at the start: paths and content. It belongs to the user, folders too. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** A server that somebody else wrote, as a process on this machine. */
export interface ForeignServer extends AsyncDisposable {
  readonly name: ServerName;
  readonly host: string;
  readonly port: number;
  /** Is `port`, when that speaks TLS from its first octet. */
  readonly implicitPort: number | undefined;
  /** Who may do everything below `root`. */
  readonly user: string;
  readonly password: string;
  /** The folder it serves, for tests to look into. What they put there themselves is not the user's to change: use `write`. */
  readonly root: string;
  /** What PWD says after login. */
  readonly loginDirectory: string;
  /** Its certificate, PEM, for localhost, 127.0.0.1 and ::1. */
  readonly ca: string;
  /** What it has printed and logged so far, for messages of failures. Pure-FTPd logs nothing but transfers. */
  readonly log: string;
  /** Puts a file below `root` that belongs to the user. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Resolves when its processes, its sessions and its folder are gone. */
  stop(): Promise<void>;
}

/** The user that every foreign server knows. */
export const USER = { name: 'user', password: 'secret', id: 52_121 } as const;

/** MD5-crypt of the password: a login takes a millisecond, not the tenth of a second that yescrypt takes. */
export const PASSWORD_HASH = '$1$twinport$wioNTxdhpvqCSbWilcHGn.';

/** Where a foreign server is to run, and the files made for it. All paths are absolute. */
export interface Setup {
  readonly host: string;
  readonly port: number;
  readonly options: ForeignServerOptions;
  /** Empty, and root's. For configuration and whatever it needs beside `root`; readable for all. */
  readonly folder: string;
  readonly root: string;
  /** What is written here is part of `log`. */
  readonly logs: string;
  /** The key and after it the certificate, PEM. */
  readonly certificate: string;
}

/** How to run it in the foreground. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files in `/etc` and what is to be in them, for this process only. */
  readonly etc?: Readonly<Record<string, string>>;
}

/** One kind of foreign server. */
export interface ServerProgram {
  readonly name: ServerName;
  /** Why it cannot run here, or false. */
  missing(): string | false;
  /** Writes what it needs. Throws when the options ask for what it cannot do. */
  prepare(setup: Setup): Command;
}
