import { SyntaxFault, resolvePath } from '../../../protocol/index.js';
import { required } from '../../arguments.js';
import { parseWords } from '../../quoted-words.js';
import type { Argument } from '../../verb.js';

/** Two paths, in double quotes where they hold spaces; resolved against the working directory. */
export function twoPaths(syntax: string): Argument<readonly [string, string]> {
  return {
    syntax,
    parse(text, session) {
      const words = parseWords(required(syntax).parse(text, session));
      const [first, second, ...more] = words.map((word) => resolvePath(session.directory, word));
      if (first === undefined || second === undefined || more.length > 0) {
        throw new SyntaxFault('words', `needs ${syntax}; put names with spaces in double quotes`);
      }
      return [first, second];
    },
  };
}
