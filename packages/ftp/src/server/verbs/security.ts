import { reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import type { Verb } from '../verb.js';

const row = (verb: string, section: string, help: string): Verb<string | undefined> => ({
  verb,
  rfc: `RFC 2228 ${section}`,
  argument: optional('<base64>'),
  needs: [],
  feature: () => undefined, // so that HELP leaves them out too
  help: `not implemented: ${help}`,
  run: () => reply(502, 'Use AUTH TLS'),
});

/** The verbs of security mechanisms that protect each message by itself; TLS (RFC 4217) needs none of them. */
export const adat = row('ADAT', '§3', 'data of a security mechanism');
export const mic = row('MIC', '§3', 'a command with its integrity protected');
export const conf = row('CONF', '§3', 'a command made confidential');
export const enc = row('ENC', '§3', 'a command made private');
