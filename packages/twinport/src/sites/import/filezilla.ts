import type { Site } from '../site.js';
import { formatZone } from '../zone.js';
import { ImportFault, ImportList, type ImportedSites } from './import-list.js';
import { type XmlElement, childrenOf, parseXml, textOf } from './xml-tree.js';

/** `Protocol`: 0 takes TLS where it is offered, as `if-offered` does. */
const TLS: ReadonlyMap<string, Site['tls']> = new Map([
  ['0', 'if-offered'],
  ['3', 'implicit'],
  ['4', 'explicit'],
  ['6', 'off'],
]);
const OTHER_PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['1', 'SFTP'],
  ['2', 'HTTP'],
  ['5', 'HTTPS'],
  ['7', 'S3'],
]);
const MODES: ReadonlyMap<string, Site['mode']> = new Map([
  ['MODE_ACTIVE', 'active'],
  ['MODE_PASSIVE', 'passive'],
]);
/** `Logontype` 0: the login is anonymous whatever else is there. */
const ANONYMOUS = '0';
/** `RemoteDir` of a server whose paths have slashes: 0 the default, 1 Unix, 9 Cygwin. */
const SLASHED = new Set(['0', '1', '9']);
const MAX_PATH_PARTS = 1000;

/** FileZilla's sitemanager.xml, or what its "Export" writes. Folders become the beginning of names: `work/web`. Throws ImportFault. */
export function importFilezilla(source: string): ImportedSites {
  const root = parseXml(source);
  const servers = childrenOf(root, 'Servers')[0];
  if (!['FileZilla3', 'FileZilla'].includes(root.name)) throw new ImportFault('it is no XML file of FileZilla');
  if (!servers) throw new ImportFault('there are no sites in it: export the site manager as well');
  const list = new ImportList();
  addAll(list, servers, '');
  return list;
}

function addAll(list: ImportList, folder: XmlElement, prefix: string): void {
  for (const element of folder.children) {
    const name = prefix + (textOf(element, 'Name') ?? (element.text.trim() || 'unnamed'));
    if (element.name === 'Folder') addAll(list, element, `${prefix}${element.text.trim() || 'unnamed'}/`);
    else if (element.name === 'Server') addServer(list, element, name);
  }
}

function addServer(list: ImportList, server: XmlElement, name: string): void {
  const protocol = textOf(server, 'Protocol') ?? '0';
  const tls = TLS.get(protocol);
  if (tls === undefined) {
    return list.skip(name, `${OTHER_PROTOCOLS.get(protocol) ?? `protocol ${protocol}`} is not FTP`);
  }
  if (childrenOf(server, 'Bookmark').length > 0) list.note(name, 'its bookmarks were left out');
  const port = textOf(server, 'Port');
  const offset = Number(textOf(server, 'TimezoneOffset') ?? 0);
  list.add(name, {
    host: textOf(server, 'Host'),
    port: port === undefined || port === '0' ? undefined : Number(port),
    tls,
    ...loginOf(list, server, name),
    path: pathOf(list, server, name),
    mode: MODES.get(textOf(server, 'PasvMode') ?? ''),
    encoding: encodingOf(server),
    // What is added to the server's times to get UTC, so the zone is the other way round.
    zone: Number.isInteger(offset) && offset !== 0 ? formatZone(-offset) : undefined,
  });
}

function loginOf(
  list: ImportList,
  server: XmlElement,
  name: string,
): Pick<Partial<Site>, 'user' | 'password' | 'account'> {
  if (textOf(server, 'Logontype') === ANONYMOUS) return {};
  const user = textOf(server, 'User');
  const account = textOf(server, 'Account');
  const password = passwordOf(list, server, name);
  return {
    ...(user !== undefined && { user }),
    ...(account !== undefined && { account }),
    ...(password !== undefined && { password }),
  };
}

function passwordOf(list: ImportList, server: XmlElement, name: string): string | undefined {
  const element = childrenOf(server, 'Pass')[0];
  if (!element || element.text === '') return undefined;
  const encoding = element.attributes.get('encoding');
  // Versions before 3.12 wrote it as it is.
  if (encoding === undefined) return element.text;
  if (encoding === 'base64') {
    const bytes = Buffer.from(element.text.trim(), 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') === element.text.trim().replace(/=+$/, ''))
      return bytes.toString('utf8');
    list.note(name, 'its password is not base64 and was left out');
    return undefined;
  }
  list.note(name, 'its password needs FileZilla’s master password and was left out');
  return undefined;
}

function encodingOf(server: XmlElement): string | undefined {
  const type = textOf(server, 'EncodingType');
  return type === 'Custom' ? textOf(server, 'CustomEncoding') : type === 'UTF-8' ? 'utf-8' : undefined;
}

function pathOf(list: ImportList, server: XmlElement, name: string): string | undefined {
  const text = childrenOf(server, 'RemoteDir')[0]?.text;
  if (text === undefined || text.trim() === '') return undefined;
  const path = parseSafePath(text);
  if (path === undefined) list.note(name, 'its remote folder is not of a kind with slashes and was left out');
  return path;
}

/**
 * FileZilla's own way to write a path: the kind of server, the length of a prefix, the prefix, and each part after its
 * length, as in `1 0 4 home 3 ann`. The lengths allow for blanks in parts. Undefined where it is none with slashes.
 */
export function parseSafePath(text: string): string | undefined {
  const start = /^(\d+) 0(?: |$)/.exec(text);
  if (!start || !SLASHED.has(start[1] ?? '')) return undefined;
  const parts: string[] = [];
  let rest = text.slice(start[0].length);
  while (rest !== '') {
    const [head = '', digits] = /^(\d{1,5}) /.exec(rest) ?? [];
    const end = head.length + Number(digits ?? 0);
    const part = rest.slice(head.length, end);
    if (digits === undefined || end > rest.length || part === '' || part.includes('/')) return undefined;
    if (rest.length > end && rest[end] !== ' ') return undefined;
    if (parts.push(part) > MAX_PATH_PARTS) return undefined;
    rest = rest.slice(end + 1);
  }
  return `/${parts.join('/')}`;
}
