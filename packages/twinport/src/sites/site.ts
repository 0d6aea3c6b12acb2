import {
  type ConnectOptions,
  FtpError,
  type ParsedFtpUrl,
  formatFtpUrl,
  parseFtpUrl,
  parsePortRange,
} from '@twinport/ftp/client';
import * as v from 'valibot';
import { parseZone } from './zone.js';

const text = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check((value) => !/[\r\n\0]/.test(value), 'expected one line'),
);
const secret = v.pipe(
  v.string(),
  v.check((value) => !/[\r\n\0]/.test(value), 'expected one line'),
);
const encoding = v.pipe(
  text,
  v.check((value) => isEncoding(value), 'expected an encoding such as utf-8 or windows-1252'),
);

/** One table of the sites file. Names are those of the command line's options. */
export const siteSchema = v.pipe(
  v.strictObject({
    /** ftp://, ftpes:// or ftps://; or `host` and what else it takes. */
    url: v.optional(
      v.pipe(
        text,
        v.check((value) => parsed(value) !== undefined, 'expected an ftp://, ftpes:// or ftps:// URL'),
      ),
    ),
    host: v.optional(
      v.pipe(
        text,
        v.check((value) => canonicalHost(value) !== undefined, 'expected a host name or an IP address'),
      ),
    ),
    port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
    user: v.optional(text),
    tls: v.optional(v.picklist(['off', 'if-offered', 'explicit', 'implicit'])),
    /** Where `site:` leads, and where relative paths begin. */
    path: v.optional(text),
    password: v.optional(secret),
    /** Run by the shell; the first line it prints is the password. */
    'password-command': v.optional(text),
    account: v.optional(secret),
    mode: v.optional(v.picklist(['auto', 'passive', 'active'])),
    'active-ports': v.optional(
      v.pipe(
        text,
        v.check((value) => parsePortRange(value) !== undefined, 'expected FIRST-LAST, both from 1024 to 65535'),
      ),
    ),
    'active-address': v.optional(text),
    proxy: v.optional(text),
    encoding: v.optional(encoding),
    ca: v.optional(text),
    cert: v.optional(text),
    key: v.optional(text),
    insecure: v.optional(v.boolean()),
    pins: v.optional(
      v.array(
        v.pipe(
          text,
          v.check((value) => isPin(value), 'expected 64 hexadecimal digits'),
        ),
      ),
    ),
    zone: v.optional(
      v.pipe(
        text,
        v.check((value) => parseZone(value) !== undefined, 'expected UTC or an offset such as +02:00'),
      ),
    ),
  }),
  v.check((site) => (site.url === undefined) !== (site.host === undefined), 'expected either url or host'),
  v.check(
    (site) => site.url === undefined || (site.port ?? site.tls) === undefined,
    'port and tls belong to host; a url says both',
  ),
  v.check(
    (site) => site.password === undefined || site['password-command'] === undefined,
    'expected either password or password-command',
  ),
);

export type Site = v.InferOutput<typeof siteSchema>;

/** Names by which a site is called in `NAME:path`. */
export const MAX_SITE_NAME_LENGTH = 100;

/**
 * What is wrong with a name, in words. A drive letter, an option or a path of this machine cannot be taken for a site:
 * one letter alone, a dash, a dot or a slash at the beginning are refused.
 */
export function siteNameFault(name: string): string | undefined {
  if (name.length < 2) return 'it has at least two characters: one alone is a drive';
  if (name.length > MAX_SITE_NAME_LENGTH) return `it has at most ${MAX_SITE_NAME_LENGTH} characters`;
  if (/[:\p{Cc}\p{Surrogate}]/u.test(name)) return 'it holds no colon and no control character';
  if (/^[-./~\s]|\s$/.test(name)) return 'it begins with a letter or digit';
  return undefined;
}

/** Where the site is and as whom, as a URL without password, for people to read. */
export function siteUrl(site: Site): string {
  return formatFtpUrl(siteTarget(site));
}

/** Host, port, user, password and TLS of a site, and the path that its relative ones begin at. Throws FtpError USAGE. */
export function siteTarget(site: Site): { options: ConnectOptions; path: string } {
  const { options, path } =
    site.url === undefined
      ? { options: { host: canonicalHost(site.host ?? '') ?? '', ...(site.port && { port: site.port }) }, path: '' }
      : parseFtpUrl(site.url);
  return {
    options: {
      ...options,
      ...(site.tls !== undefined && { tls: site.tls }),
      ...(site.user !== undefined && { user: site.user }),
    },
    path: site.path ?? path,
  };
}

/** The host as a URL would have it, an international name in its ASCII form; undefined where it is none. */
function canonicalHost(host: string): string | undefined {
  const url = parsed(`ftp://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}`);
  if (!url || url.path !== '') return undefined;
  const { host: canonical, port, user, password } = url.options;
  return (port ?? user ?? password) === undefined && !host.includes('@') ? canonical : undefined;
}

function parsed(url: string): ParsedFtpUrl | undefined {
  try {
    return parseFtpUrl(url);
  } catch (error) {
    if (error instanceof FtpError) return undefined;
    throw error;
  }
}

/** Whether TextDecoder knows the name. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    // RangeError is its way to say no.
    return false;
  }
}

/** Whether the text is a SHA-256 fingerprint, with colons or without. */
export function isPin(pin: string): boolean {
  return /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(pin);
}
