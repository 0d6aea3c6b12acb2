import { type Dial, httpConnectDial, socksDial } from '../connection/index.js';
import { ipVersion, maskText } from '../protocol/index.js';
import { FtpError } from './errors.js';

/** How an FTP proxy is told where to go: see {@link proxyLogin}. */
export type FtpProxyStyle = 'user' | 'site' | 'open' | 'login';

/** A proxy that speaks FTP and relays the control connection. */
export interface FtpProxy {
  readonly kind: 'ftp';
  readonly style: FtpProxyStyle;
  /** Where to connect. */
  readonly via: { readonly host: string; readonly port: number };
  /** The proxy's own login. */
  readonly user?: string;
  readonly password?: string;
}

/** `tunnel`: every connection is dialled through the proxy. `ftp`: the control connection goes to the proxy, the login says where on. */
export type Proxy = { readonly kind: 'tunnel'; readonly dial: Dial } | FtpProxy;

/** Ports of proxies whose URL has none. For `http` there is no agreement: curl takes 1080, others 80, 3128 or 8080. */
export const DEFAULT_PORT = { socks: 1080, http: 8080, ftp: 21 } as const;

interface ProxyUrl {
  readonly host: string;
  readonly port: number | undefined;
  readonly user?: string;
  readonly password?: string;
}

const KINDS: ReadonlyMap<string, (url: ProxyUrl) => Proxy> = new Map([
  ['socks5', throughSocks],
  ['socks5h', throughSocks],
  ['http', throughHttp],
  ['ftp-user', byFtp('user')],
  ['ftp-site', byFtp('site')],
  ['ftp-open', byFtp('open')],
  ['ftp-login', byFtp('login')],
]);

const KNOWN = [...KINDS.keys()].map((scheme) => `${scheme}://`).join(', ');

/** What to write instead of what others know. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['socks', 'write socks5://'],
  ['socks4', 'SOCKS 4 is not done; write socks5:// if the proxy does SOCKS 5'],
  ['socks4a', 'SOCKS 4 is not done; write socks5:// if the proxy does SOCKS 5'],
  ['https', 'TLS to the proxy itself is not done; write http:// if it also does without'],
  ['ftp', 'write ftp-user://, ftp-site://, ftp-open:// or ftp-login://, as the proxy wants to be told where to go'],
]);

/**
 * A proxy's URL, `scheme://[user[:password]@]host[:port]`, with `%NN` for what would be taken for something else.
 *
 * | scheme | proxy | port |
 * |---|---|---|
 * | `socks5`, `socks5h` | SOCKS 5; names are looked up by the proxy with either | 1080 |
 * | `http` | HTTP with CONNECT | 8080 |
 * | `ftp-user` | FTP: `USER user@host` | 21 |
 * | `ftp-site` | FTP: log in at the proxy, then `SITE host` | 21 |
 * | `ftp-open` | FTP: log in at the proxy, then `OPEN host` | 21 |
 * | `ftp-login` | FTP: log in at the proxy, then `USER user@host` | 21 |
 *
 * Throws FtpError('USAGE') that says what to write instead; it never repeats a password.
 */
export function parseProxy(text: string): Proxy {
  const match = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<rest>.*)$/is.exec(text.trim());
  const scheme = match?.groups?.['scheme']?.toLowerCase();
  if (scheme === undefined) throw wrong(text, `write one of ${KNOWN} before the host`);
  const proxy = KINDS.get(scheme);
  if (!proxy) throw wrong(text, INSTEAD.get(scheme) ?? `write one of ${KNOWN}`);
  const url = parseAuthority(text, match?.groups?.['rest'] ?? '');
  if (scheme === 'ftp-login' && url.user === undefined) {
    throw wrong(text, 'write ftp-login://user:password@host, or ftp-user://host where the proxy wants no login');
  }
  return proxy(url);
}

/** `[user[:password]@]host[:port][/]`. A password with a bare `@` in it is so common that the last one counts. */
function parseAuthority(text: string, rest: string): ProxyUrl {
  const at = rest.lastIndexOf('@');
  const match = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[^\s:/?#[\]\\]*))(?::(?<port>\d*))?\/?$/.exec(rest.slice(at + 1));
  if (!match)
    throw wrong(text, 'write scheme://user:password@host:port, with %NN for special characters in user and password');
  const { v6, name = '', port } = match.groups ?? {};
  const host = v6 ?? name;
  if (host === '') throw wrong(text, 'the host is missing');
  if (v6 !== undefined && ipVersion(v6) !== 6) throw wrong(text, 'only an IPv6 address stands in brackets');
  return { host, port: parsePort(text, port), ...(at >= 0 && parseUser(text, rest.slice(0, at))) };
}

function parsePort(text: string, port = ''): number | undefined {
  if (port === '') return undefined;
  const number = Number(port);
  if (number < 1 || number > 65_535) throw wrong(text, 'a port is 1 to 65535');
  return number;
}

function parseUser(text: string, userinfo: string): { user: string; password?: string } {
  const colon = userinfo.indexOf(':');
  const user = decode(text, colon < 0 ? userinfo : userinfo.slice(0, colon));
  if (user === '') throw wrong(text, 'the user is missing before the @');
  return colon < 0 ? { user } : { user, password: decode(text, userinfo.slice(colon + 1)) };
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw wrong(text, 'write %25 for a percent sign in user and password', cause);
  }
}

function throughSocks(url: ProxyUrl): Proxy {
  return { kind: 'tunnel', dial: socksDial({ ...url, port: url.port ?? DEFAULT_PORT.socks }) };
}

function throughHttp(url: ProxyUrl): Proxy {
  return { kind: 'tunnel', dial: httpConnectDial({ ...url, port: url.port ?? DEFAULT_PORT.http }) };
}

function byFtp(style: FtpProxyStyle): (url: ProxyUrl) => Proxy {
  return ({ host, port = DEFAULT_PORT.ftp, ...login }) => ({ kind: 'ftp', style, via: { host, port }, ...login });
}

/** A password may stand before the last `@`, or, the host forgotten, behind a colon: neither is shown. */
function wrong(text: string, hint: string, cause?: unknown): FtpError {
  const { scheme = '', rest = '' } =
    /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)?(?<rest>.*)$/is.exec(text.trim())?.groups ?? {};
  const host = rest.slice(rest.lastIndexOf('@') + 1).replace(/:.*$/s, ':…');
  const shown = maskText(`${scheme}${host}`.slice(0, 100));
  return new FtpError('USAGE', `Not the URL of a proxy: ${shown}: ${hint}`, { phase: 'usage', hint, cause });
}
