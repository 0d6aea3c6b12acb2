import { SyntaxFault, reply, resolvePath } from '../../../protocol/index.js';
import { ableStorage } from '../../able-storage.js';
import { parsed } from '../../arguments.js';
import { formatFileMode, parseFileMode } from '../../file-mode.js';
import type { Verb } from '../../verb.js';

export interface NewMode {
  readonly mode: number;
  readonly name: string;
}

/** `644 name`; the name may hold spaces. Throws SyntaxFault. */
export function parseNewMode(text: string): NewMode {
  const space = text.indexOf(' ');
  const name = text.slice(space + 1);
  if (space === -1 || name === '') throw new SyntaxFault('chmod', 'needs permissions and a path');
  return { mode: parseFileMode(text.slice(0, space)), name };
}

export const chmod: Verb<NewMode> = {
  verb: 'SITE CHMOD',
  rfc: 'no RFC: as in wu-ftpd',
  argument: parsed('<octal> <path>', parseNewMode),
  needs: ['login', 'setAttributes', 'setMode'],
  help: 'set the permissions of a file',
  async run(session, { mode, name }) {
    await ableStorage(session, 'setMode').setMode(resolvePath(session.directory, name), mode);
    return reply(200, `Permissions of ${name} are ${formatFileMode(mode)}`);
  },
};
