import { SyntaxFault, parseOctets, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Session } from '../session.js';
import { StorageFault } from '../storage/contract.js';
import type { Verb } from '../verb.js';

export const allo: Verb<number> = {
  verb: 'ALLO',
  rfc: 'RFC 959 §4.1.3',
  argument: parsed('<octets> [R <octets>]', parseAllocation),
  needs: ['login', ['write', 'append', 'overwrite']],
  help: 'ask whether there is room for an upload',
  async run(session, octets) {
    const available = await roomIn(session);
    if (available === undefined) return reply(202, 'ALLO is superfluous here');
    return octets <= available
      ? reply(200, 'There is room for that')
      : reply(552, `Not enough room: ${available} octets are free`);
  },
};

/** Octets, where the storage of the working directory knows. */
async function roomIn({ account: { storage }, directory }: Session): Promise<number | undefined> {
  try {
    return (await storage.space?.(directory))?.available;
  } catch (error) {
    if (error instanceof StorageFault && error.code === 'unsupported') return undefined;
    throw error;
  }
}

function parseAllocation(text: string): number {
  const match = /^(\d+)(?: +R +\d+)?$/i.exec(text.trim());
  if (!match) throw new SyntaxFault('number', 'needs a number of octets');
  return parseOctets(match[1] ?? '');
}
