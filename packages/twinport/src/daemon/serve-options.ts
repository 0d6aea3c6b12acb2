import type { Limits, PortRange, SourcePort, TlsReusePolicy } from '@twinport/ftp/server';

/** One user of a served folder. */
export interface ServeUser {
  readonly name: string;
  /** In clear; or `passwordHash` as `$scrypt$…`. */
  readonly password?: string;
  readonly passwordHash?: string;
  readonly readOnly: boolean;
  /** A folder of their own; default: the served one. */
  readonly directory?: string;
}

export type ServeTls = { readonly kind: 'files'; readonly cert: string; readonly key: string } | { readonly kind: 'self-signed' };

/** Everything `twinport serve` can be told, by its options and by its configuration file. */
export interface ServeOptions {
  /** The folder that is served. Default: the current one. */
  readonly directory?: string;
  /** Default: every IPv4 and every IPv6 address. */
  readonly host?: string;
  /** Default 21 where that is permitted, else 2121. On 990 TLS is implicit. */
  readonly port?: number;
  /** None: anonymous, read-only. */
  readonly users?: readonly ServeUser[];
  /** Anonymous login beside users. Default: only when there are none. */
  readonly anonymous?: boolean;
  readonly passivePorts?: PortRange;
  /** An IPv4 address, or a name that has one. */
  readonly publicAddress?: string;
  readonly activePort?: SourcePort;
  readonly tls?: ServeTls;
  readonly requireTls?: boolean;
  readonly tlsReuse?: TlsReusePolicy;
  readonly requireCloseNotify?: boolean;
  readonly greeting?: string;
  readonly limits?: Partial<Limits>;
}
