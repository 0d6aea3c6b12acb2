import { formatFactsLine, permFact, reply } from '../../protocol/index.js';
import { optionalPath } from '../arguments.js';
import { entriesOf, textOf } from '../listing.js';
import type { Session } from '../session.js';
import type { Entry } from '../storage/contract.js';
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
    const lines = textOf(entriesOf(session, { kind: 'directory', path }), (each) =>
      factsLine(session, each, each.name),
    );
    return { transfer: { kind: 'lines', verb: 'MLSD', path, lines } };
  },
};

/** One line of MLSD or MLST under the facts that OPTS MLST has chosen. */
export function factsLine(session: Session, entry: Entry, name: string): string {
  const { permissions } = session.account;
  const may = { read: permissions.has('read'), write: permissions.has('write'), list: permissions.has('list') };
  return formatFactsLine(entry, name, session.facts, permFact(entry, may));
}
