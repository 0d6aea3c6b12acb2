import { domainToASCII } from 'node:url';
import { addressBytes, canonicalAddress } from '../protocol/index.js';
import { ConnectionFault } from './connection-fault.js';
import type { DialTarget } from './dial.js';

/** What follows from an answer: something to send, or the way is open and `rest`, maybe empty, is the target's first bytes. */
export type ProxyTurn = { readonly send: Uint8Array } | { readonly rest: Uint8Array };

/** Asks a proxy to connect to a target, without a socket: bytes in, bytes out. */
export interface ProxyConversation {
  /** What is said first. */
  readonly opening: Uint8Array;
  /**
   * Takes what the proxy said, cut anywhere; `undefined` when more of it is needed.
   * Throws ConnectionFault('PROXY') where the proxy refuses, makes no sense or says too much. Not to be called after that, nor after `rest`.
   */
  hear(bytes: Uint8Array): ProxyTurn | undefined;
}

export interface ProxyCredentials {
  readonly user?: string;
  /** Default ''. */
  readonly password?: string;
}

export const NOTHING = new Uint8Array(0);

export function refusal(message: string): ConnectionFault {
  return new ConnectionFault('PROXY', message);
}

/**
 * The target's host as the 4 or 16 bytes of its address, or a name for the proxy to look up, in ASCII (RFC 5891).
 * Throws ConnectionFault('PROXY') on what is neither: it would be read as something else on the way.
 */
export function hostOnWire(host: string): { readonly address: Uint8Array } | { readonly name: string } {
  if (addressBytes(host) !== undefined) {
    const address = addressBytes(canonicalAddress(host));
    if (address) return { address };
  }
  // What is not printable would be left out without a word.
  const name = /[^ -~]/.test(host) && !/[\p{Cc}\p{Cf}]/u.test(host) ? domainToASCII(host) : host;
  if (!/^[\w.-]{1,255}$/.test(name))
    throw refusal(`no name of a host that a proxy could look up: ${JSON.stringify(host)}`);
  return { name };
}

/** Nobody listens on port 0, and above 65,535 the number would be cut. */
export function checkedPort(port: number): number {
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw refusal(`no port that a proxy could connect to: ${port}`);
}

export function targetInWords({ host, port }: DialTarget): string {
  return `${host} port ${port}`;
}
