import type { Site } from '../site.js';
import { ImportFault, ImportList, type ImportedSites } from './import-list.js';
import { type IniSection, parseIni } from './ini.js';
import { decodeWinscpPassword } from './winscp-password.js';

const PREFIX = 'Sessions\\';
const FTP = '5';
/** `FSProtocol`; where it is missing, WinSCP means SFTP. */
const OTHER_PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['0', 'SCP'],
  ['1', 'SFTP'],
  ['2', 'SFTP'],
  ['6', 'WebDAV'],
  ['7', 'S3'],
]);
/** `Ftps`: 2 and 3 differ in the AUTH command only. */
const TLS: ReadonlyMap<string, Site['tls']> = new Map([
  ['0', 'off'],
  ['1', 'implicit'],
  ['2', 'explicit'],
  ['3', 'explicit'],
]);
/** What new sessions begin with. */
const TEMPLATE = 'Default Settings';

/** WinSCP.ini. Sessions in folders are called `folder/name`. Throws ImportFault. */
export function importWinscp(source: string): ImportedSites {
  const sections = parseIni(source);
  const sessions = sections.filter(({ name }) => name.startsWith(PREFIX));
  if (sessions.length === 0) throw new ImportFault('there are no sessions in it: it is no WinSCP.ini, or an empty one');
  const security = sections.find(({ name }) => name === 'Configuration\\Security');
  const hasMaster = security?.values.get('UseMasterPassword') === '1';
  const list = new ImportList();
  for (const session of sessions) {
    const name = decodeValue(session.name.slice(PREFIX.length));
    if (name !== TEMPLATE) addSession(list, session, name, hasMaster);
  }
  return list;
}

function addSession(list: ImportList, { values }: IniSection, name: string, hasMaster: boolean): void {
  const value = (key: string): string | undefined => {
    const text = values.get(key);
    return text === undefined || text === '' ? undefined : decodeValue(text);
  };
  const protocol = value('FSProtocol') ?? '1';
  if (protocol !== FTP) {
    return list.skip(name, `${OTHER_PROTOCOLS.get(protocol) ?? `protocol ${protocol}`} is not FTP`);
  }
  const [host = '', named] = [value('HostName'), value('UserName')];
  const user = named === 'anonymous' ? undefined : named;
  const password = user === undefined ? undefined : passwordOf(list, name, { values, user, host, hasMaster });
  const port = value('PortNumber');
  list.add(name, {
    host,
    port: port === undefined ? undefined : Number(port),
    tls: TLS.get(value('Ftps') ?? '0'),
    user,
    password,
    account: value('FtpAccount'),
    path: value('RemoteDirectory'),
    mode: value('FtpPasvMode') === '0' ? 'active' : undefined,
  });
}

interface Login {
  readonly values: IniSection['values'];
  readonly user: string;
  readonly host: string;
  readonly hasMaster: boolean;
}

function passwordOf(list: ImportList, name: string, { values, user, host, hasMaster }: Login): string | undefined {
  // Written by hand: WinSCP reads it, and stores it in its own way.
  const plain = values.get('PasswordPlain');
  if (plain) return decodeValue(plain);
  const stored = values.get('Password');
  const password = stored && !hasMaster ? decodeWinscpPassword(stored, user, host) : undefined;
  if (stored && password === undefined) {
    const reason = hasMaster ? 'needs WinSCP’s master password' : 'is not one of this session’s user and host';
    list.note(name, `its password ${reason} and was left out`);
  }
  return password;
}

/** `%XX` are octets of UTF-8, of which WinSCP marks some with a byte order mark. */
function decodeValue(text: string): string {
  const octets = text
    .split(/%([0-9a-f]{2})/i)
    .map((piece, i) => (i % 2 === 1 ? Buffer.from(piece, 'hex') : Buffer.from(piece, 'utf8')));
  return new TextDecoder().decode(Buffer.concat(octets));
}
