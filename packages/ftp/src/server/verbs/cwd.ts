import { quotePath, reply } from '../../protocol/index.js';
import { path } from '../arguments.js';
import { StorageFault } from '../storage/contract.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

export const cwd: Verb<string> = {
  verb: 'CWD',
  aliases: ['XCWD'],
  rfc: 'RFC 959 §4.1.1, RFC 775',
  argument: path,
  needs: ['login', 'list'],
  help: 'change the working directory',
  run: async (session, directory) => await changeDirectory(session, directory),
};

export async function changeDirectory(session: Session, directory: string) {
  const entry = await session.storage.stat(directory);
  if (entry.type !== 'directory') throw new StorageFault('not-a-directory', directory);
  session.directory = directory;
  return reply(250, `Now in ${quotePath(directory)}`);
}
