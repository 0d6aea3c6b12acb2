import {
  type ConnectOptions,
  type FtpUrlType,
  type TlsMode,
  formatFtpUrl,
  maskUrl,
  parseFtpUrl,
} from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import { type ConnectFlags, settingsOf } from './connect-flags.js';
import { type NamedRemote, loginOf } from './login.js';
import { isUrl, splitSiteText } from './remote-text.js';
import { siteTarget } from './site.js';
import { readSites, sitesPath } from './sites-file.js';
import { OWN_SURROUNDINGS, type Surroundings } from './surroundings.js';

/** What a client has to be given to reach a remote. */
export interface ResolvedRemote {
  readonly options: ConnectOptions;
  /** As `parseFtpUrl` gives it: '' is the login directory. */
  readonly path: string;
  /** The server for people to read: the site's name, or a URL without password and path. */
  readonly label: string;
  /** What `;type=` at the end of a URL asks for. */
  readonly type?: FtpUrlType;
}

/**
 * Where `ftp://…`, `ftpes://…`, `ftps://…` or `SITE:path` leads, as whom and with which settings. Options win over the
 * site's settings. The user comes from the URL, `--user`, the site or netrc; without any it is anonymous. The password
 * comes from the first that has one: the URL, `--password-file`, `--password-stdin`, `TWINPORT_PASSWORD`, the site
 * (`password`, `password-command`), netrc, a question on the terminal.
 *
 * Throws UsageFault or FtpError USAGE on what cannot be used, FtpError ABORTED on Ctrl-C at the question.
 */
export async function resolveRemote(
  text: string,
  flags: ConnectFlags = {},
  surroundings: Surroundings = OWN_SURROUNDINGS,
): Promise<ResolvedRemote> {
  const named: NamedRemote = isUrl(text) ? parseFtpUrl(text) : siteRemote(text, surroundings);
  const mode = tlsMode(named, flags);
  const { host, port } = named.options;
  const login = await loginOf(named, flags, surroundings);
  const options = { host, ...(port !== undefined && { port }), ...login, ...settingsOf(flags, named.site, mode) };
  return {
    options,
    path: named.path,
    label: named.name ?? formatFtpUrl({ options, path: '' }),
    ...(named.type !== undefined && { type: named.type }),
  };
}

function siteRemote(text: string, { env }: Surroundings): NamedRemote {
  const split = splitSiteText(text);
  const file = sitesPath(env);
  if (!split) throw new UsageFault(`${JSON.stringify(maskUrl(text))} is no remote: give ftp://HOST/PATH or SITE:PATH`);
  const sites = readSites(file);
  const site = sites.get(split.name);
  if (!site) {
    const names = [...sites.keys()];
    const known = names.length === 0 ? 'there is none yet' : `there are ${names.slice(0, 10).join(', ')}`;
    throw new UsageFault(
      `there is no site ${JSON.stringify(split.name)} in ${file} (${known}); a local file of that name is ./${maskUrl(text)}`,
    );
  }
  const { options, path } = siteTarget(site);
  return { options, path: pathIn(path, split.path), name: split.name, site };
}

/** `SITE:b` is below the site's path, `SITE:/b` below the root. */
function pathIn(base: string, path: string): string {
  if (path === '') return base;
  if (base === '' || path.startsWith('/')) return path;
  return base.endsWith('/') ? base + path : `${base}/${path}`;
}

/** What ftpes:// and ftps:// say cannot be said otherwise; ftp:// leaves it open. */
function tlsMode({ options, site }: NamedRemote, { tls }: ConnectFlags): TlsMode {
  const own = typeof options.tls === 'string' ? options.tls : 'off';
  if (tls === undefined) return own;
  if (site === undefined && own !== 'off' && tls !== own) {
    throw new UsageFault(`--tls ${tls} does not go with ${own === 'implicit' ? 'ftps' : 'ftpes'}://; write ftp://`);
  }
  return tls;
}
