import { FtpError, formatFtpUrl, parseFtpUrl } from '@twinport/ftp/client';
import { ImportFault, ImportList, type ImportedSites } from './import-list.js';

/**
 * lftp's bookmarks (`~/.local/share/lftp/bookmarks`, before 4.7 `~/.lftp/bookmarks`): a name, blanks, a URL a line.
 * lftp takes TLS where it is offered, so an `ftp://` URL becomes a site that does. Throws ImportFault with the line.
 */
export function importLftp(source: string): ImportedSites {
  const list = new ImportList();
  for (const [index, line] of source.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^(\S+)\s+(\S.*)$/.exec(line.trimEnd());
    if (!match) throw new ImportFault(`line ${index + 1}: expected a name and a URL`);
    const [, name = '', url = ''] = match;
    addBookmark(list, name, url);
  }
  return list;
}

function addBookmark(list: ImportList, name: string, url: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  // A bookmark without a scheme is one of the default protocol, which is FTP.
  const whole = scheme === undefined || !url.includes('://') ? `ftp://${url}` : url;
  if (!['ftp', 'ftps', 'ftpes', undefined].includes(whole === url ? scheme : undefined)) {
    return list.skip(name, `${scheme}:// is not FTP`);
  }
  let parsed: ReturnType<typeof parseFtpUrl>;
  try {
    parsed = parseFtpUrl(whole);
  } catch (error) {
    if (!(error instanceof FtpError)) throw error;
    return list.skip(name, error.message);
  }
  const { host, port, user, password, tls } = parsed.options;
  const path = /^~\/?/.test(parsed.path) ? parsed.path.replace(/^~\/?/, '') : parsed.path;
  const secret = typeof password === 'string' && password !== '' ? { password } : {};
  if (tls === 'off') {
    list.add(name, { host, port, user, tls: 'if-offered', path: path || undefined, ...secret });
  } else {
    list.add(name, { url: formatFtpUrl({ ...parsed, path }), ...secret });
  }
}
