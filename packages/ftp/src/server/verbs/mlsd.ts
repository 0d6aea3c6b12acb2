import {
  type Entry,
  type EntryType,
  type FactsEntry,
  factsFormat,
  formatFacts,
  joinPath,
  permFact,
  reply,
} from '../../protocol/index.js';
import type { Permitted } from '../accounts/permissions.js';
import { optionalPath } from '../arguments.js';
import { entriesOf, textOf } from '../listing.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

export const mlsd: Verb<string> = {
  verb: 'MLSD',
  rfc: 'RFC 3659 §7',
  argument: optionalPath,
  needs: ['login', 'list', 'data'],
  help: 'list a directory in a form for programs',
  async run(session, path) {
    const entry = await session.storage.stat(path);
    // RFC 3659 §7.2.1: 501 when the name is that of something else.
    if (entry.type !== 'directory') return reply(501, 'Not a directory: use MLST');
    const entries = entriesOf(session, { kind: 'directory', path });
    const facts = factsFormat(session.facts);
    const { permissions, folders } = session.account;
    const perms = permFacts(permissions);
    const lines = folders
      ? textOf(session, describe(session, path, entries), (line) => line)
      : textOf(session, entries, (each) => `${facts(each, perms[each.type])} ${each.name}`);
    return { transfer: { kind: 'lines', verb: 'MLSD', path, lines } };
  },
};

/** Of what is in a directory, where the same goes for all of it. */
function permFacts(permissions: Permitted): Record<EntryType, string> {
  const perm = (type: EntryType): string => permFact({ name: '', type }, permissions);
  return { file: perm('file'), directory: perm('directory'), link: perm('link'), other: perm('other') };
}

/** Where the permissions of each entry are to be looked up. */
async function* describe(
  session: Session,
  directory: string,
  batches: AsyncIterable<readonly Entry[]>,
): AsyncGenerator<readonly string[]> {
  for await (const entries of batches) {
    yield await Promise.all(
      entries.map(async (each) => `${await factsOf(session, each, joinPath(directory, each.name))} ${each.name}`),
    );
  }
}

/** What stands before a name, under the facts that OPTS MLST has chosen. */
export async function factsOf(session: Session, entry: FactsEntry, path: string): Promise<string> {
  return formatFacts(entry, session.facts, permFact(entry, await session.storage.permissionsAt(path, entry.type)));
}
