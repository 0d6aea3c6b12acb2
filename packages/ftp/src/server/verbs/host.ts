import net from 'node:net';
import { SyntaxFault, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

const MAX_HOST_LENGTH = 253;
const LABELS = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** RFC 7151 §3.1: a domain name, an IPv4 address or `[IPv6 address]`; in lower case. Throws SyntaxFault('host'). */
export function parseVirtualHost(text: string): string {
  const host = text.toLowerCase();
  const literal = /^\[([^%\]]*)\]$/.exec(host)?.[1];
  const isHost = literal === undefined ? host.length <= MAX_HOST_LENGTH && LABELS.test(host) : net.isIPv6(literal);
  if (!isHost) throw new SyntaxFault('host', 'needs a host name, an IPv4 address or [an IPv6 address]');
  return host;
}

export const host: Verb<string> = {
  verb: 'HOST',
  rfc: 'RFC 7151',
  argument: parsed('<host>', parseVirtualHost),
  needs: [],
  feature: 'HOST',
  help: 'name the virtual host to log in to, before USER',
  run(session, name) {
    if (session.login.state === 'in') return reply(503, 'HOST goes before the login');
    session.reset();
    session.virtualHost = name;
    return reply(220, `Welcome to ${name}`);
  },
};
