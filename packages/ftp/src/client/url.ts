import { domainToASCII } from 'node:url';
import { decodeText, encodeText, ipVersion } from '../protocol/index.js';
import { FtpError } from './errors.js';
import type { ConnectOptions, TlsMode } from './options.js';

/** What `;type=` at the end of an FTP URL asks for (RFC 1738 §3.2.2): a file as text, a file as it is, or a list of names. */
export type FtpUrlType = 'ascii' | 'binary' | 'directory';

/** What an FTP URL says. */
export interface ParsedFtpUrl {
  /** `host` and `tls`, and of `port`, `user` and `password` those that the URL names. */
  readonly options: ConnectOptions;
  /**
   * Without a leading slash it begins at the login directory, '' being that directory itself. A slash at the end says
   * that a folder is meant. Octets that are not UTF-8 are in it as `decodeText` writes them.
   */
  readonly path: string;
  readonly type?: FtpUrlType;
}

/** Characters of a URL. */
export const MAX_URL_LENGTH = 16_384;

const MODES: ReadonlyMap<string, TlsMode> = new Map([
  ['ftp', 'off'],
  ['ftpes', 'explicit'],
  ['ftps', 'implicit'],
]);
const TYPES: ReadonlyMap<string, FtpUrlType> = new Map([
  ['a', 'ascii'],
  ['i', 'binary'],
  ['d', 'directory'],
]);
const LINE_BREAKERS = ['\r', '\n', '\0'];

/**
 * Reads `ftp://` (clear text), `ftpes://` (explicit TLS) and `ftps://` (implicit TLS) URLs.
 *
 * RFC 1738 §3.2.2 is kept to: `ftp://host/a/b` is 'a/b', from the login directory; `ftp://host/%2Fetc`, and
 * `ftp://host//etc` as people write it, is '/etc'. FTP knows neither query nor fragment, so `?` and `#` are characters of
 * names, and so is a backslash. A `URL` has rewritten some of that already: what it took for `.`, `..` or a backslash in
 * an `ftp:` URL, and port 21, cannot be told any more.
 *
 * Rejects everything else by throwing FtpError USAGE, whose message shows no password.
 */
export function parseFtpUrl(text: string | URL): ParsedFtpUrl {
  const whole = typeof text === 'string' ? text : text.href;
  if (whole.length > MAX_URL_LENGTH) throw new FtpError('USAGE', 'The URL is too long', { phase: 'usage' });
  if (LINE_BREAKERS.some((each) => whole.includes(each))) throw fault(whole, 'it holds a line end or NUL');
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(.*)$/is.exec(whole);
  const mode = MODES.get(match?.[1]?.toLowerCase() ?? '');
  if (!match || mode === undefined) throw fault(whole, 'it begins with neither ftp://, ftpes:// nor ftps://');
  const [, , authority = '', rest = ''] = match;
  const at = authority.lastIndexOf('@');
  const typed = /;type=([^;/]*)$/i.exec(rest);
  const type = typed ? TYPES.get(typed[1]?.toLowerCase() ?? '') : undefined;
  if (typed && type === undefined) throw fault(whole, ';type= takes a, i or d');
  const path = typed ? rest.slice(0, typed.index) : rest;
  return {
    options: {
      ...parseHost(whole, authority.slice(at + 1)),
      ...(at === -1 ? {} : parseLogin(whole, authority.slice(0, at))),
      tls: mode,
    },
    path: decodeOctets(whole, path.slice(1)),
    ...(type !== undefined && { type }),
  };
}

/** The URL that `parseFtpUrl` reads as the same, but without the password. */
export function formatFtpUrl({ options, path, type }: ParsedFtpUrl): string {
  const { host, port, user } = options;
  const tls = typeof options.tls === 'object' ? (options.tls.mode ?? 'explicit') : (options.tls ?? 'off');
  const scheme = tls === 'implicit' ? 'ftps' : tls === 'explicit' ? 'ftpes' : 'ftp';
  const login = user === undefined || user === '' ? '' : `${encodeOctets(user)}@`;
  const written = encodeOctets(path).replaceAll('%2F', '/').replace(/^\//, '%2F');
  const suffix = [...TYPES].find(([, each]) => each === type)?.[0];
  return [
    `${scheme}://${login}${formatHost(host)}`,
    port === undefined ? '' : `:${port}`,
    path === '' && suffix === undefined ? '' : `/${written}`,
    suffix === undefined ? '' : `;type=${suffix}`,
  ].join('');
}

/**
 * The text with `***` for a URL's password, also where the URL is one that cannot be used: then everything that may
 * belong to a password is hidden, as in `ftp://ann:a/b@host`, whose slash had to be `%2F`.
 */
export function maskUrl(text: string): string {
  const [, scheme = '', authority = ''] = /^(\s*[a-z][a-z0-9+.-]*:\/\/)?([^/]*)/i.exec(text) ?? [];
  const at = authority.lastIndexOf('@');
  const isHost = scheme !== '' && /^(?:[^:@]+|\[[^\]]*\])(?::\d*)?$/.test(authority.slice(at + 1));
  const end = isHost ? scheme.length + at : text.lastIndexOf('@');
  const colon = text.indexOf(':', scheme.length);
  return colon === -1 || colon > end ? text : `${text.slice(0, colon)}:***${text.slice(end)}`;
}

function parseHost(whole: string, text: string): { host: string; port?: number } {
  const match = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(text);
  if (!match) throw fault(whole, 'host and port cannot be told apart; write % @ : / in a password as %25 %40 %3A %2F');
  const [, name = '', digits = ''] = match;
  const port = digits === '' ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) throw fault(whole, 'its port is not from 1 to 65535');
  const host = name.startsWith('[') ? parseIpv6(whole, name.slice(1, -1)) : parseName(whole, name);
  return { host, ...(port !== undefined && { port }) };
}

/** RFC 6874: the zone comes after `%25`; people write `%` alone. */
function parseIpv6(whole: string, text: string): string {
  const [, address = '', zone] = /^([^%]*)(?:%(?:25(?=.))?(.+))?$/s.exec(text) ?? [];
  if (ipVersion(address) !== 6 || (zone !== undefined && !/^[\w.~-]+$/.test(zone))) {
    throw fault(whole, 'there is no IPv6 address in its brackets');
  }
  return `${address.toLowerCase()}${zone === undefined ? '' : `%${zone}`}`;
}

function parseName(whole: string, text: string): string {
  if (text === '') throw fault(whole, 'it names no host');
  const name = decodeOctets(whole, text);
  const host = /^[\w.-]+$/.test(name) ? name.toLowerCase() : domainToASCII(name);
  if (!/^[\w.-]+$/.test(host)) throw fault(whole, 'its host is no name and no address');
  return host;
}

function parseLogin(whole: string, text: string): { user?: string; password?: string } {
  const colon = text.indexOf(':');
  const user = decodeOctets(whole, colon === -1 ? text : text.slice(0, colon));
  return {
    ...(user !== '' && { user }),
    ...(colon !== -1 && { password: decodeOctets(whole, text.slice(colon + 1)) }),
  };
}

function formatHost(host: string): string {
  return ipVersion(host) === 6 ? `[${host.replace('%', '%25')}]` : host;
}

/** `%XX` as the octets they stand for, the rest as UTF-8. */
function decodeOctets(whole: string, text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw fault(whole, 'a % that no two hexadecimal digits follow is written %25');
  const octets = text.split(/%(..)/s).map((piece, i) => (i % 2 === 1 ? octet(piece) : encodeText(piece)));
  const decoded = decodeText(Buffer.concat(octets));
  if (LINE_BREAKERS.some((each) => decoded.includes(each))) throw fault(whole, 'it holds a line end or NUL');
  return decoded;
}

function octet(hex: string): Uint8Array {
  return Uint8Array.of(Number.parseInt(hex, 16));
}

/** Everything but RFC 3986's unreserved characters as `%XX`. */
function encodeOctets(text: string): string {
  return Array.from(encodeText(text), (value) => {
    const character = String.fromCharCode(value);
    return /[\w.~-]/.test(character) ? character : `%${value.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function fault(whole: string, reason: string): FtpError {
  return new FtpError('USAGE', `${JSON.stringify(maskUrl(whole))} cannot be used: ${reason}`, {
    phase: 'usage',
    hint: 'ftp://USER@HOST/PATH, ftpes:// for explicit TLS, ftps:// for implicit TLS',
  });
}
