import { type EpsvArgument, formatEpsvReply, parseEpsvArgument, reply } from '../../protocol/index.js';
import { agreePassive } from '../agree-data.js';
import type { Verb } from '../verb.js';
import { wrongFamily } from './eprt.js';

export const epsv: Verb<EpsvArgument> = {
  verb: 'EPSV',
  rfc: 'RFC 2428 §3',
  argument: { syntax: '[1|2|ALL]', parse: (text) => parseEpsvArgument(text) },
  needs: ['login'],
  feature: 'EPSV',
  help: 'passive mode: the client connects to a port of the server; ALL: and nothing else from now on',
  async run(session, argument) {
    if (argument.kind === 'all') {
      session.epsvAll = true;
      return reply(200, 'EPSV ALL: from now on only EPSV');
    }
    const refusal = argument.kind === 'protocol' ? wrongFamily(session, argument.protocol) : undefined;
    return refusal ?? (await agreePassive(session, 'EPSV', { by: '229' }, ({ port }) => formatEpsvReply(port)));
  },
};
