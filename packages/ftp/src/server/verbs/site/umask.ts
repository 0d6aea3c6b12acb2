import { SyntaxFault, reply } from '../../../protocol/index.js';
import type { Verb } from '../../verb.js';

const UMASK = /^[0-7]{1,4}$/;
const LARGEST_UMASK = 0o777;

/** `022`, or nothing. Throws SyntaxFault('umask'). */
export function parseUmask(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const mask = UMASK.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  if (!(mask <= LARGEST_UMASK)) throw new SyntaxFault('umask', 'a umask is octal, 000 to 777');
  return mask;
}

export const umask: Verb<number | undefined> = {
  verb: 'SITE UMASK',
  rfc: 'no RFC: as in wu-ftpd',
  argument: { syntax: '[<octal>]', parse: parseUmask },
  needs: ['login', 'setAttributes', 'setMode'],
  help: 'the permissions that new files do not get',
  run(session, mask) {
    if (mask !== undefined) session.umask = mask;
    return reply(200, `UMASK is ${session.umask.toString(8).padStart(3, '0')}`);
  },
};
