import { type FactsEntry, factsFormat, permFact, reply } from '../../protocol/index.js';
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
    const facts = factsOf(session);
    const lines = textOf(
      session,
      entriesOf(session, { kind: 'directory', path }),
      (each) => `${facts(each)} ${each.name}`,
    );
    return { transfer: { kind: 'lines', verb: 'MLSD', path, lines } };
  },
};

/** What MLSD and MLST show before a name, under the facts that OPTS MLST has chosen. */
export function factsOf(session: Session): (entry: FactsEntry) => string {
  const { permissions } = session.account;
  const may = { read: permissions.has('read'), write: permissions.has('write'), list: permissions.has('list') };
  const format = factsFormat(session.facts);
  return (entry) => format(entry, permFact(entry, may));
}
