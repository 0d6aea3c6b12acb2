import { SyntaxFault, parseOctets, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

/** Octets of a file, from the first to the last one that belongs to the range. */
export interface InclusiveRange {
  readonly first: number;
  readonly last: number;
}

/** `0 499`; `1 0` is no range. Throws SyntaxFault('range'). */
export function parseInclusiveRange(text: string): InclusiveRange | undefined {
  const [first, last, ...more] = text.split(' ').map(parseOctets);
  if (first === undefined || last === undefined || more.length > 0)
    throw new SyntaxFault('range', 'a range is two numbers');
  if (first === 1 && last === 0) return undefined;
  if (first > last || last === Number.MAX_SAFE_INTEGER)
    throw new SyntaxFault('range', 'the range ends before its start, or too far');
  return { first, last };
}

export const rang: Verb<InclusiveRange | undefined> = {
  verb: 'RANG',
  rfc: 'draft-bryan-ftp-range-08',
  argument: parsed('<first> <last>', parseInclusiveRange),
  needs: ['login'],
  feature: 'RANG STREAM',
  help: 'the octets, counted from 0, of the next transfer or HASH; 1 0: all of them',
  run(session, range) {
    if (session.textual && range) return reply(503, 'RANG goes with TYPE I or L 8');
    session.start = range && { kind: 'range', ...range };
    return reply(350, range ? `Restarting at ${range.first}. End byte range at ${range.last}` : 'No range');
  },
};
