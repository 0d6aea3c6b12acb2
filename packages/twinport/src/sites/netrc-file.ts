import { join } from 'node:path';
import { UsageFault } from '../daemon/usage-fault.js';
import { type NetrcEntry, NetrcFault, findNetrc, parseNetrc } from './netrc.js';
import { readPrivate } from './private-file.js';
import { type Surroundings, homeOf } from './surroundings.js';

/**
 * The entry for a host in the file that `NETRC` names, else in `~/.netrc` (or `~/_netrc` on Windows). A file that others
 * may read is used all the same, as curl and lftp do, but it is said. Throws UsageFault that names file and line.
 */
export function lookUpNetrc(surroundings: Surroundings, host: string, user?: string): NetrcEntry | undefined {
  const { env, say } = surroundings;
  const named = env['NETRC'];
  const names = process.platform === 'win32' ? ['.netrc', '_netrc'] : ['.netrc'];
  for (const path of named ? [named] : names.map((name) => join(homeOf(env), name))) {
    const file = readPrivate(path);
    if (!file && named) throw new UsageFault(`cannot read ${path}, which NETRC names: there is no such file`);
    if (!file) continue;
    const entry = findNetrc(entriesOf(path, file.content), host, user);
    if (entry?.password !== undefined && entry.login !== 'anonymous' && file.readableByOthers) {
      say(`others may read ${path}, which holds passwords: chmod 600 ${path}`);
    }
    return entry;
  }
  return undefined;
}

function entriesOf(path: string, content: Buffer): NetrcEntry[] {
  try {
    return parseNetrc(content.toString('utf8'));
  } catch (error) {
    if (error instanceof NetrcFault) throw new UsageFault(`${path}:${error.line}: ${error.message}`, { cause: error });
    throw error;
  }
}
