import { formatLpsvReply } from '../../protocol/index.js';
import { agreePassive, announcedAddress } from '../agree-data.js';
import { none } from '../arguments.js';
import type { Verb } from '../verb.js';

export const lpsv: Verb<undefined> = {
  verb: 'LPSV',
  rfc: 'RFC 1639',
  argument: none,
  needs: ['login'],
  feature: 'LPSV',
  help: 'passive mode with a long address (historic: use EPSV)',
  async run(session) {
    const host = await announcedAddress(session);
    return await agreePassive(session, 'LPSV', { by: '228', host }, formatLpsvReply);
  },
};
