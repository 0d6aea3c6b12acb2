import type { NftablesOptions } from '@twinport/ftp/firewall';
import type { Limits, PortRange, PublicAddress, SourcePort, TlsReusePolicy } from '@twinport/ftp/server';

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

export type ServeTls =
  | { readonly kind: 'files'; readonly cert: string; readonly key: string }
  | { readonly kind: 'self-signed' };

/** A place that accounts are looked up in. */
export type SourceOptions =
  /** `sqlite:FILE` or `postgres://…`. */
  | { readonly kind: 'database'; readonly url: string }
  /** The system's own; with `pamService`, a file of /etc/pam.d, PAM decides. */
  | { readonly kind: 'system'; readonly pamService?: string }
  /** Run for each login. */
  | { readonly kind: 'program'; readonly path: string }
  /** Asked for each login, by POST. */
  | { readonly kind: 'http'; readonly url: string };

/** No machine has use for more. */
export const MAX_WORKERS = 256;

/** Everything `twinport serve` can be told, by its options and by its configuration file. */
export interface ServeOptions {
  /** The folder that is served. Default: the current one. */
  readonly directory?: string | undefined;
  /** Default: every IPv4 and every IPv6 address. */
  readonly host?: string | undefined;
  /** Default 21 where that is permitted, else 2121. On 990 TLS is implicit. */
  readonly port?: number | undefined;
  /** None: anonymous, read-only. */
  readonly users?: readonly ServeUser[] | undefined;
  /** Where accounts are looked up that are none of `users`, in this order. */
  readonly accountSources?: readonly SourceOptions[] | undefined;
  /** Anonymous login beside users. Default: only when there are none, and no sources. */
  readonly anonymous?: boolean | undefined;
  readonly passivePorts?: PortRange | undefined;
  /** Clients of different addresses wait on one port. Default: true with `passivePorts`. */
  readonly sharePassivePorts?: boolean | undefined;
  /** What clients are told in the place of `passivePorts`, one for one. */
  readonly advertisedPorts?: PortRange | undefined;
  /** As the server's option of that name; `detect` stands for what the cloud, the cluster or the default route tells. */
  readonly publicAddress?: PublicAddress | undefined;
  readonly activePort?: SourcePort | undefined;
  readonly tls?: ServeTls | undefined;
  readonly requireTls?: boolean | undefined;
  readonly tlsReuse?: TlsReusePolicy | undefined;
  readonly requireCloseNotify?: boolean | undefined;
  /** The firewall opened for each data connection. Default: it is left as it is. */
  readonly pinholes?: NftablesOptions | undefined;
  /** Default: where `@twinport/zerocopy` can be loaded. */
  readonly zeroCopy?: 'auto' | 'off' | undefined;
  readonly greeting?: string | undefined;
  /** Processes that run the sessions, `auto` for one a core. Default 1: this process runs them itself. */
  readonly workers?: number | 'auto' | undefined;
  readonly limits?: Partial<Limits> | undefined;
}
