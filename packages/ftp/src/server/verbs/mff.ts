import { SyntaxFault, formatTime, parseFactsLine, parseTime, reply, resolvePath } from '../../protocol/index.js';
import { ableStorage } from '../able-storage.js';
import { parsed } from '../arguments.js';
import { formatFileMode, parseFileMode } from '../file-mode.js';
import type { Session } from '../session.js';
import { type Verb, offers } from '../verb.js';
import { keepsCreated } from './mfct.js';

/** A change that was understood and not made yet. */
interface Change {
  /** The fact as the reply shows it. */
  readonly fact: string;
  apply(path: string): Promise<void>;
}

interface SettableFact {
  readonly name: string;
  isOffered(session: Session): boolean;
  /** Throws SyntaxFault. */
  prepare(session: Session, value: string): Change;
}

const SETTABLE: readonly SettableFact[] = [
  {
    name: 'modify',
    isOffered: (session) => offers(session, 'setTimes'),
    prepare(session, value) {
      const modified = parseTime(value);
      const apply = (path: string) => ableStorage(session, 'setTimes').setTimes(path, { modified });
      return { fact: `Modify=${formatTime(modified)}`, apply };
    },
  },
  {
    name: 'create',
    isOffered: keepsCreated,
    prepare(session, value) {
      const created = parseTime(value);
      const apply = (path: string) => ableStorage(session, 'setTimes').setTimes(path, { created });
      return { fact: `Create=${formatTime(created)}`, apply };
    },
  },
  {
    name: 'UNIX.mode',
    isOffered: (session) => offers(session, 'setMode'),
    prepare(session, value) {
      const mode = parseFileMode(value);
      const apply = (path: string) => ableStorage(session, 'setMode').setMode(path, mode);
      return { fact: `UNIX.mode=${formatFileMode(mode)}`, apply };
    },
  },
];

type FactsAndName = ReturnType<typeof parseFactsLine>;

/** `Modify=20200131235959;UNIX.mode=0644; name`. Throws SyntaxFault('facts'). */
export function parseNewFacts(text: string): FactsAndName {
  const parsedLine = parseFactsLine(text);
  if (parsedLine.facts.size === 0) throw new SyntaxFault('facts', 'needs a fact to set');
  return parsedLine;
}

export const mff: Verb<FactsAndName> = {
  verb: 'MFF',
  rfc: 'draft-somers-ftp-mfxx-04 §5',
  argument: parsed('<fact>=<value>;… <path>', parseNewFacts),
  needs: ['login', 'setAttributes'],
  feature: (session) => (offered(session).length === 0 ? undefined : `MFF ${offered(session).join('')}`),
  help: 'set facts of a file, named as in MLST',
  async run(session, { facts, name }) {
    if (offered(session).length === 0) return reply(502, 'MFF is not supported by this storage');
    const path = resolvePath(session.directory, name);
    const changes: Change[] = [];
    for (const [key, value] of facts) {
      const settable = SETTABLE.find((each) => each.name.toLowerCase() === key);
      if (!settable?.isOffered(session)) return reply(504, `Only these facts can be set: ${offered(session).join('')}`);
      changes.push(settable.prepare(session, value));
    }
    for (const change of changes) await change.apply(path);
    return reply(213, `${changes.map(({ fact }) => `${fact};`).join('')} ${name}`);
  },
};

function offered(session: Session): string[] {
  return SETTABLE.filter((each) => each.isOffered(session)).map(({ name }) => `${name};`);
}
