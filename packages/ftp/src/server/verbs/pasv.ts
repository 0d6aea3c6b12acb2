import { formatPasvReply, reply } from '../../protocol/index.js';
import { agreePassive, announcedAddress } from '../agree-data.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const pasv: Verb<undefined> = {
  verb: 'PASV',
  rfc: 'RFC 959 §4.1.2',
  argument: none,
  needs: ['login'],
  feature: 'PASV',
  help: 'passive mode: the client connects to this address and port of the server',
  async run(session) {
    const host = await announcedAddress(session);
    // RFC 2428 §2: 227 has no room for an IPv6 address.
    if (host === undefined) return reply(522, 'PASV is for IPv4, use EPSV');
    return await agreePassive(session, 'PASV', { by: '227', host }, formatPasvReply);
  },
};
