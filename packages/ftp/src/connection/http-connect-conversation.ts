import { canonicalAddress, maskText } from '../protocol/index.js';
import type { ConnectionFault } from './connection-fault.js';
import type { DialTarget } from './dial.js';
import {
  type ProxyConversation,
  type ProxyCredentials,
  type ProxyTurn,
  checkedPort,
  hostOnWire,
  refusal,
  targetInWords,
} from './proxy-conversation.js';

/** Octets of the header block of the proxy's answer, interim answers (1xx) before it included. */
export const MAX_HEADER_LENGTH = 65_536;
/** Characters of the proxy's own words that a message repeats. */
const MAX_REASON_LENGTH = 100;
const LF = 0x0a;
const BEGINNING = 'HTTP/';

/**
 * HTTP's CONNECT (RFC 9110 §9.3.6), with Basic credentials (RFC 7617) where there are some. Names are looked up by the proxy.
 * The constructor throws ConnectionFault('PROXY') on what cannot be said in HTTP.
 */
export class HttpConnectConversation implements ProxyConversation {
  readonly opening: Uint8Array;
  readonly #target: DialTarget;
  readonly #authorized: boolean;
  #line = '';
  #lines: string[] = [];
  #length = 0;

  constructor(target: DialTarget, credentials: ProxyCredentials = {}) {
    this.#target = target;
    this.#authorized = credentials.user !== undefined;
    const authority = authorityOf(target);
    const head = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...authorization(credentials)];
    this.opening = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  }

  hear(bytes: Uint8Array): ProxyTurn | undefined {
    for (const [index, byte] of bytes.entries()) {
      this.#length += 1;
      if (this.#length > MAX_HEADER_LENGTH)
        throw refusal(`its answer has more than ${MAX_HEADER_LENGTH} octets of header`);
      if (this.#take(byte)) return { rest: bytes.subarray(index + 1) };
    }
    return undefined;
  }

  /** Whether the way is open. */
  #take(byte: number): boolean {
    if (byte !== LF) {
      this.#line += String.fromCharCode(byte);
      if (this.#lines.length === 0) checkBeginning(this.#line);
      return false;
    }
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    if (line !== '' || this.#lines.length === 0) {
      this.#lines.push(line);
      return false;
    }
    return this.#endsHeader();
  }

  #endsHeader(): boolean {
    const [statusLine = '', ...fields] = this.#lines;
    this.#lines = [];
    const match = /^HTTP\/\d(?:\.\d)? +(\d{3})(?: +(.*))?$/.exec(statusLine);
    if (!match) throw refusal('it does not speak HTTP: there is no status in its answer');
    const status = Number(match[1]);
    // An interim answer, another follows (RFC 9110 §15.2). 101 ends HTTP, and nobody asked for that.
    if (status >= 100 && status < 200 && status !== 101) return false;
    if (status >= 200 && status < 300) return true;
    throw this.#refused(status, match[2] ?? '', fields);
  }

  #refused(status: number, reason: string, fields: readonly string[]): ConnectionFault {
    const said = `${status} ${maskText(reason.slice(0, MAX_REASON_LENGTH))}`.trimEnd();
    // tinyproxy answers wrong credentials with 401, as a web server does.
    const meaning = status === 407 || status === 401 ? askedFor(fields, this.#authorized) : MEANINGS.get(status);
    return refusal(`no connection to ${targetInWords(this.#target)}: ${meaning ? `${meaning} (${said})` : said}`);
  }
}

const NO_TUNNELS =
  'the proxy does not allow CONNECT to this host and port; FTP needs it for port 21 and for the ports of passive mode';

/** What a status means for somebody who wants a connection. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [400, 'the proxy does not understand CONNECT'],
  [403, NO_TUNNELS],
  [404, 'a web server answered, not a proxy'],
  [405, NO_TUNNELS],
  [429, 'the proxy has had too many requests; try again later'],
  [500, 'the proxy has failed'],
  [501, 'the proxy does not do CONNECT'],
  [502, 'the proxy could not connect'],
  [503, 'the proxy cannot serve at the moment, or could not connect'],
  [504, 'the proxy had no answer from there in time'],
]);

/** RFC 9110 §11.7.1: which ways to log in the proxy has. */
function askedFor(fields: readonly string[], authorized: boolean): string {
  const schemes = fields.flatMap((field) => /^proxy-authenticate:\s*([\w-]{1,32})/i.exec(field)?.[1] ?? []);
  if (schemes.length > 0 && !schemes.some((scheme) => scheme.toLowerCase() === 'basic')) {
    return `the proxy takes only ${[...new Set(schemes)].slice(0, 4).join(' and ')} logins, and Basic is all that is done here`;
  }
  return authorized
    ? 'the proxy does not accept this user name and password'
    : 'the proxy asks for a user name and password: put them into its URL, http://user:password@host:port';
}

/** Whoever speaks something else may never end its line. */
function checkBeginning(line: string): void {
  if (BEGINNING.startsWith(line.slice(0, BEGINNING.length))) return;
  if (line.startsWith('\u0005')) throw refusal('it speaks SOCKS 5, not HTTP: use socks5:// for it');
  throw refusal('it does not speak HTTP');
}

function authorityOf({ host, port }: DialTarget): string {
  const wire = hostOnWire(host);
  const name = 'name' in wire ? wire.name : canonicalAddress(host);
  return `${name.includes(':') ? `[${name}]` : name}:${checkedPort(port)}`;
}

function authorization({ user, password = '' }: ProxyCredentials): readonly string[] {
  if (user === undefined) return [];
  if (user.includes(':')) throw refusal('HTTP takes no user name with a colon in it');
  return [`Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`];
}
