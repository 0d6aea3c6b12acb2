import { isDeepStrictEqual } from 'node:util';
import { FtpError, formatFtpUrl, maskUrl, parseFtpUrl } from '@twinport/ftp/client';
import { decodeText, encodeText } from '@twinport/ftp/protocol';
import { ImportFault, NetrcFault, formatNetrc, importSites, isRemote, parseNetrc, siteNameFault } from 'twinport/sites';

/** The parsers of what the command line is told about servers: each takes any bytes, and throws only when a promise is broken. */
export const remoteTargets: Record<string, (bytes: Uint8Array) => void> = {
  parseFtpUrl: (bytes) => {
    for (const scheme of ['ftp', 'ftpes', 'ftps']) url(`${scheme}://${decodeText(bytes)}`);
  },

  parseNetrc: (bytes) => {
    const entries = answer(() => parseNetrc(decodeText(bytes)), NetrcFault);
    if (!entries) return;
    expect(isDeepStrictEqual(parseNetrc(formatNetrc(entries)), entries), 'entries are written as they were read');
  },

  importSites: (bytes) => {
    for (const kind of [undefined, 'filezilla', 'lftp', 'winscp'] as const) {
      const imported = answer(() => importSites(bytes, kind), ImportFault);
      const names = imported?.sites.map(({ name }) => name) ?? [];
      expect(names.length === new Set(names).size, 'names are different');
      expect(
        names.every((name) => siteNameFault(name) === undefined),
        'names are possible ones',
      );
    }
  },

  isRemote: (bytes) => {
    const text = decodeText(bytes);
    expect(!isRemote(`./${text}`, { env: { TWINPORT_SITES: '/dev/null' } }), 'a path is local');
  },
};

function url(text: string): void {
  const parsed = answer(() => parseFtpUrl(text), FtpError);
  if (!parsed) return;
  const { password, ...options } = parsed.options;
  const again = parseFtpUrl(formatFtpUrl(parsed));
  expect(isDeepStrictEqual(again, { ...parsed, options }), 'a URL is written as it was read');
  for (const value of [parsed.path, options.user ?? '', options.host]) {
    expect(!/[\r\n\0]/.test(value), 'nothing ends a command line');
    expect(decodeText(encodeText(value)) === value, 'every value has its octets');
  }
  const masked = answer(() => parseFtpUrl(maskUrl(text)), FtpError);
  expect(password === undefined || masked?.options.password === '***', 'the password is masked');
}

/** What comes of it; undefined where it throws as it may. */
function answer<T>(run: () => T, fault: new (...args: never[]) => Error): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof fault) return undefined;
    throw error;
  }
}

function expect(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`Broken promise: ${promise}`);
}
