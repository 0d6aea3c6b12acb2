import type { PeerCertificate, SecureVersion } from 'node:tls';
import type { Dial, PortRange, ZeroCopy } from '../connection/index.js';
import type { ListingFormat } from '../protocol/index.js';
import type { DataPath } from './contract.js';
import type { ClientLimits } from './limits.js';

/**
 * `off`: clear text. `if-offered`: AUTH TLS where the server takes it, clear text where it refuses (an attacker can make it refuse).
 * `explicit`: AUTH TLS or nothing (RFC 4217). `implicit`: TLS from the first byte, port 990.
 */
export type TlsMode = 'off' | 'if-offered' | 'explicit' | 'implicit';

export interface ClientTlsOptions {
  /** Default 'explicit'. */
  readonly mode?: TlsMode;
  /** Certificate authorities instead of the system's, PEM. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** Client certificate and key, PEM. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  /** Name to ask for and to check, where it is not the host's. */
  readonly servername?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's cipher list, for old servers. */
  readonly ciphers?: string;
  /** Accept any certificate. Default false. */
  readonly insecure?: boolean;
  /** SHA-256 fingerprints, hexadecimal with or without colons: one of them is the server's certificate, whoever issued it. */
  readonly pins?: readonly string[];
  /** Own check beside the usual ones; returns what is wrong. */
  readonly checkCertificate?: (host: string, certificate: PeerCertificate) => Error | undefined;
  /** Fail where the server does not resume the control connection's session on data connections. Default false. */
  readonly requireResumption?: boolean;
  /** Leave data connections in clear (PROT C). Default false. */
  readonly clearData?: boolean;
}

/** How data connections are made. */
export interface DataOptions {
  /** Default 'auto': every way that can work, the likeliest first; what worked for the host is tried first the next time. */
  readonly mode?: 'auto' | 'passive' | 'active';
  /** Whether EPSV and EPRT are used over IPv4 as well. Default true; over IPv6 always. */
  readonly extended?: boolean;
  /** The only command to ask for data connections with, to find out whether that way works. Default: whatever `mode` and `extended` leave. */
  readonly command?: DataPath['command'];
  /** Connect to the address in a 227 although it is not the control connection's. Default false: it is repaired. */
  readonly trustServerAddress?: boolean;
  /** What PORT and EPRT announce: an address, or a function asked before each use. Default: our end of the control connection. */
  readonly activeAddress?: string | (() => string | Promise<string>);
  /** Ports we listen on in active mode. Default: the kernel's choice. */
  readonly activePorts?: PortRange;
}

export interface ConnectOptions {
  readonly host: string;
  /** Default 21; 990 where TLS is implicit. */
  readonly port?: number;
  /** Default 'anonymous'. */
  readonly user?: string;
  /** Or a function asked at each login. Default 'anonymous@' for the anonymous user. */
  readonly password?: string | (() => string | Promise<string>);
  /** Answer to 332 (ACCT). */
  readonly account?: string;
  /** Default 'off'. */
  readonly tls?: TlsMode | ClientTlsOptions;
  readonly data?: DataOptions;
  /** `socks5://`, `http://` (CONNECT), an FTP proxy (`ftp-user://`, `ftp-site://`, `ftp-open://`, `ftp-login://`), or a function that connects. */
  readonly proxy?: string | Dial;
  readonly limits?: Partial<ClientLimits>;
  /** Octets a second, all connections together. 0 or absent: no limit. */
  readonly rateLimit?: { readonly up?: number; readonly down?: number };
  /** How names are written on the wire: 'utf-8' (default; names that are not come back byte for byte) or any encoding TextDecoder knows. */
  readonly encoding?: string;
  /** Minutes east of UTC of times that LIST shows without a zone. Default 0. */
  readonly zoneMinutes?: number;
  /** Read LIST as this format. Default: found out from the lines. */
  readonly listingFormat?: ListingFormat;
  /** MODE Z (deflate) for transfers and listings where the server offers it. Default false. */
  readonly compress?: boolean;
  /** System calls for small files from and to a server on this machine, from `@twinport/zerocopy`. Default: Node.js moves everything. */
  readonly zeroCopy?: ZeroCopy;
}

export interface PoolOptions {
  /** Connections at most. Default 4; the server's own limit lowers it. */
  readonly maxConnections?: number;
}
