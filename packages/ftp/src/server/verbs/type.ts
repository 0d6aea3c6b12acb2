import { type Representation, formatRepresentation, parseRepresentation, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import type { Verb } from '../verb.js';

export const type: Verb<Representation> = {
  verb: 'TYPE',
  rfc: 'RFC 959 §3.1.1',
  argument: parsed('<A|E|I|L 8> [N]', parseRepresentation),
  needs: ['login'],
  help: 'representation: A text, E EBCDIC text, I or L 8 octets as they are',
  run(session, representation) {
    if (representation.type === 'L' && representation.byteSize !== 8)
      return reply(504, 'Only L 8: octets are the only bytes here');
    if ('format' in representation && representation.format !== 'N')
      return reply(504, 'Only the format N (non-print) is supported');
    session.representation = representation;
    return reply(200, `Type is ${formatRepresentation(representation)}`);
  },
};
