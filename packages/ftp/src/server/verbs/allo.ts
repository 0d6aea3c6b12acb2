import { SyntaxFault, parseOctets, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

export const allo: Verb<number> = {
  verb: 'ALLO',
  rfc: 'RFC 959 §4.1.3',
  argument: parsed('<octets> [R <octets>]', parseAllocation),
  needs: ['login', ['write', 'append', 'overwrite']],
  help: 'ask whether there is room for an upload',
  async run(session, octets) {
    const { storage } = session.account;
    if (!storage.space) return reply(202, 'ALLO is superfluous here');
    const { available } = await storage.space(session.directory);
    return octets <= available
      ? reply(200, 'There is room for that')
      : reply(552, `Not enough room: ${available} octets are free`);
  },
};

function parseAllocation(text: string): number {
  const match = /^(\d+)(?: +R +\d+)?$/i.exec(text.trim());
  if (!match) throw new SyntaxFault('number', 'needs a number of octets');
  return parseOctets(match[1] ?? '');
}
