import { type Surroundings, OWN_SURROUNDINGS } from './surroundings.js';
import { siteNameFault } from './site.js';
import { readSites, sitesPath } from './sites-file.js';

/** At least two letters, so that `c://` is a drive. */
const URL_START = /^[a-z][a-z0-9+.-]+:\/\//i;

/** `NAME` and `path` of `NAME:path`; undefined where the text cannot be one. */
export function splitSiteText(text: string): { name: string; path: string } | undefined {
  const colon = text.indexOf(':');
  if (colon === -1 || URL_START.test(text)) return undefined;
  const [name, path] = [text.slice(0, colon), text.slice(colon + 1)];
  return siteNameFault(name) === undefined ? { name, path } : undefined;
}

/** Whether the text is a URL, FTP's or another. */
export function isUrl(text: string): boolean {
  return URL_START.test(text);
}

/**
 * Whether an argument is on a server: any URL, and `NAME:path` where there is a site of that name. All else is local: what
 * begins with `/`, `.` or a drive letter always, other names with a colon where no such site exists.
 * Throws UsageFault where the sites file cannot be used.
 */
export function isRemote(text: string, { env }: Pick<Surroundings, 'env'> = OWN_SURROUNDINGS): boolean {
  if (isUrl(text)) return true;
  const site = splitSiteText(text);
  return site !== undefined && readSites(sitesPath(env)).has(site.name);
}
