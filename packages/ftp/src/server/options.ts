import type { Pinholes, PortPart, PortRange, SourcePort, ZeroCopy } from '../connection/index.js';
import type { Accounts } from './accounts/contract.js';
import type { Limits } from './limits.js';
import type { LoginMemory } from './login-throttle.js';
import type { PublicAddress } from './public-addresses.js';
import type { Workers } from './workers.js';

/** What to do about data connections whose TLS session is not the control connection's (RFC 4217 §10.2): nothing, a warning event, or 522. */
export type TlsReusePolicy = 'off' | 'report' | 'require';

export interface TlsOptions {
  /** PEM. */
  readonly key: string | Buffer;
  /** PEM, the chain after it. */
  readonly cert: string | Buffer;
  /** TLS from the first byte, as on port 990. Default false: AUTH TLS (RFC 4217). */
  readonly implicit?: boolean;
  /** No login and no data connection without TLS. Default false. */
  readonly required?: boolean;
  /** Default 'report'. */
  readonly dataReuse?: TlsReusePolicy;
  /**
   * Answer 426 to an upload over TLS whose end was not announced by close_notify: somebody may have cut it short.
   * Default true.
   */
  readonly requireCloseNotify?: boolean;
  /** Default 'TLSv1.2'. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface ServerOptions {
  /** Who may log in, and what each sees. */
  readonly accounts: Accounts;
  /** Addresses to listen on, one listener each. Default: every IPv4 and every IPv6 address. */
  readonly host?: string | readonly string[];
  /** Control port; 0 for any free one. Default 21. */
  readonly port?: number;
  /** Ports passive data connections come in on. Default: the kernel's choice. */
  readonly passivePorts?: PortRange | undefined;
  /**
   * Whether clients of different addresses may wait on one passive port at the same time: then as many transfers can begin at once from
   * each address as there are ports. Default: true with `passivePorts`.
   */
  readonly sharePassivePorts?: boolean | undefined;
  /**
   * In a process that serves together with others: which ports it tries first. A port is one process's at a time, and its clients share
   * it better when it is not taken now by the one, now by the other. Default: all of them.
   */
  readonly passivePart?: PortPart | undefined;
  /** What 227 and 229 name in the place of `passivePorts`, one for one, where NAT changes them. Default: the same. */
  readonly advertisedPorts?: PortRange | undefined;
  /** What 227 announces, where the server's own address cannot be reached from outside (NAT, containers). Default: `dialled`. */
  readonly publicAddress?: PublicAddress | undefined;
  /** The port active data connections leave from. Default: control port - 1; 'any' for the kernel's choice. */
  readonly activePort?: SourcePort;
  /** A firewall that the server opens for each data connection while it is being made. Default: none. */
  readonly pinholes?: Pinholes;
  /** System calls for data connections in clear, from `@twinport/zerocopy`. Default: Node.js moves everything. */
  readonly zeroCopy?: ZeroCopy;
  readonly tls?: TlsOptions;
  readonly limits?: Partial<Limits>;
  /** Who runs the sessions. Default: the server itself. */
  readonly workers?: Workers;
  /** Who remembers wrong passwords. Default: the server itself. */
  readonly throttle?: LoginMemory;
  /** The text of the 220 greeting. */
  readonly greeting?: string | undefined;
}

/** What `update` changes while a server runs; what is left out stays as it is, each of `limits` too. */
export type ServerChanges = Partial<
  Pick<
    ServerOptions,
    | 'accounts'
    | 'passivePorts'
    | 'advertisedPorts'
    | 'sharePassivePorts'
    | 'publicAddress'
    | 'tls'
    | 'limits'
    | 'greeting'
  >
>;
