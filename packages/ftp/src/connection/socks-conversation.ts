import { ConnectionFault } from './connection-fault.js';
import type { DialTarget } from './dial.js';
import {
  NOTHING,
  type ProxyConversation,
  type ProxyCredentials,
  type ProxyTurn,
  checkedPort,
  hostOnWire,
  refusal,
  targetInWords,
} from './proxy-conversation.js';

const VERSION = 5;
const LOGIN_VERSION = 1;
const CONNECT = 1;
const METHOD = { none: 0, password: 2, unacceptable: 0xff } as const;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;
/** RFC 1929 §2: a length is one octet. */
const MAX_CREDENTIAL_LENGTH = 255;

/** RFC 1928 §6, in words. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [1, 'general failure'],
  [2, 'the rules of the proxy do not allow it'],
  [3, 'the network is unreachable from there'],
  [4, 'the host is unreachable from there, or its name is unknown'],
  [5, 'the host refuses the connection'],
  [6, 'the time to live has expired on the way'],
  [7, 'the proxy does not do CONNECT'],
  [8, 'the proxy does not do this kind of address'],
]);

/**
 * SOCKS version 5, CONNECT (RFC 1928), with user name and password where there are some (RFC 1929). Names are looked up by the proxy.
 * It never keeps more than one answer, 262 octets at most. The constructor throws ConnectionFault('PROXY') on what cannot be said in SOCKS.
 */
export class SocksConversation implements ProxyConversation {
  readonly opening: Uint8Array;
  readonly #target: DialTarget;
  readonly #request: Uint8Array;
  readonly #login: Uint8Array | undefined;
  #awaits: 'method' | 'login' | 'connection' = 'method';
  #heard: Uint8Array = NOTHING;

  constructor(target: DialTarget, credentials: ProxyCredentials = {}) {
    this.#target = target;
    this.#request = connectRequest(target);
    this.#login = loginRequest(credentials);
    const methods = this.#login ? [METHOD.none, METHOD.password] : [METHOD.none];
    this.opening = Uint8Array.of(VERSION, methods.length, ...methods);
  }

  hear(bytes: Uint8Array): ProxyTurn | undefined {
    const heard = Buffer.concat([this.#heard, bytes]);
    const length = this.#answerLength(heard);
    if (heard.length < length) {
      this.#heard = heard;
      return undefined;
    }
    this.#heard = NOTHING;
    const rest = heard.subarray(length);
    if (this.#awaits === 'connection') return { rest };
    if (rest.length > 0) throw refusal('it answered before it was asked');
    return { send: this.#next(heard[1]) };
  }

  /** How many octets the answer has at least, judging by what is there of it; what says no already throws. */
  #answerLength(heard: Uint8Array): number {
    if (this.#awaits === 'login') {
      if (heard[1] !== undefined && heard[1] !== 0) throw refusal('it does not accept this user name and password');
      return 2;
    }
    if (heard[0] !== undefined && heard[0] !== VERSION) throw refusal(notSocks(heard[0]));
    return this.#awaits === 'method' ? 2 : this.#connectionLength(heard);
  }

  #connectionLength(heard: Uint8Array): number {
    const [, code, , kind, nameLength] = heard;
    if (code !== undefined && code !== 0) throw this.#refused(code);
    switch (kind) {
      case undefined:
        return 5;
      case ADDRESS.ipv4:
        return 10;
      case ADDRESS.ipv6:
        return 22;
      case ADDRESS.name:
        return nameLength === undefined ? 5 : 7 + nameLength;
      default:
        throw refusal(`its answer has an address of a kind that does not exist: ${kind}`);
    }
  }

  #refused(code: number): ConnectionFault {
    const reason = REFUSALS.get(code) ?? `refusal number ${code}, which has no meaning`;
    return refusal(`no connection to ${targetInWords(this.#target)}: ${reason}`);
  }

  #next(method: number | undefined): Uint8Array {
    if (this.#awaits === 'login' || method === METHOD.none) {
      this.#awaits = 'connection';
      return this.#request;
    }
    if (method === METHOD.password && this.#login) {
      this.#awaits = 'login';
      return this.#login;
    }
    if (method === METHOD.unacceptable || method === METHOD.password)
      throw refusal(noMethod(this.#login !== undefined));
    throw refusal(`it wants a way to log in that was not offered: number ${method}`);
  }
}

function connectRequest({ host, port }: DialTarget): Uint8Array {
  const wire = hostOnWire(host);
  const address =
    'name' in wire
      ? [ADDRESS.name, wire.name.length, ...Buffer.from(wire.name, 'latin1')]
      : [wire.address.length === 4 ? ADDRESS.ipv4 : ADDRESS.ipv6, ...wire.address];
  const checked = checkedPort(port);
  return Uint8Array.of(VERSION, CONNECT, 0, ...address, checked >> 8, checked & 0xff);
}

function loginRequest({ user, password = '' }: ProxyCredentials): Uint8Array | undefined {
  if (user === undefined) return undefined;
  const parts = [user, password].map((text) => Buffer.from(text, 'utf8'));
  if (parts.some(({ length }) => length > MAX_CREDENTIAL_LENGTH)) {
    throw refusal(`SOCKS takes user names and passwords of up to ${MAX_CREDENTIAL_LENGTH} octets`);
  }
  return Uint8Array.of(LOGIN_VERSION, ...parts.flatMap((part) => [part.length, ...part]));
}

function noMethod(triedPassword: boolean): string {
  return triedPassword
    ? 'it takes neither a user name and password nor a login without'
    : 'it asks for a user name and password';
}

/** The first octet says what else may be there. */
function notSocks(first: number): string {
  if (first === 0 || first === 4) return 'it speaks SOCKS 4, and SOCKS 5 is needed';
  if (first === 0x48) return 'it speaks HTTP, not SOCKS 5: use http:// for it';
  return 'it does not speak SOCKS 5';
}
