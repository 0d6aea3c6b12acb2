import { randomBytes } from 'node:crypto';
import { SyntaxFault, joinPath, parentPath, quotePath, reply, resolvePath } from '../../protocol/index.js';
import { NotPermitted } from '../accounts/not-permitted.js';
import { required } from '../arguments.js';
import { concatenate, removeQuietly } from '../concatenate.js';
import { parseWords } from '../quoted-words.js';
import type { Session } from '../session.js';
import type { Argument, Verb } from '../verb.js';

export interface Combination {
  readonly target: string;
  readonly parts: readonly string[];
}

const combination: Argument<Combination> = {
  syntax: '<target> <part> [<part> …]',
  parse(text, session) {
    const words = parseWords(required('<target> <part>').parse(text, session));
    const [target, ...parts] = words.map((word) => resolvePath(session.directory, word));
    if (target === undefined || parts.length === 0) throw new SyntaxFault('words', 'needs a target and its parts');
    return { target, parts };
  },
};

export const comb: Verb<Combination> = {
  verb: 'COMB',
  rfc: 'no RFC: as in GlobalSCAPE and CuteFTP',
  argument: combination,
  needs: ['login', 'read', 'write', 'rename', 'delete'],
  feature: 'COMB',
  help: 'join files, uploaded in parts, into one in place of the parts; names with spaces go in double quotes',
  async run(session, { target, parts }) {
    for (const part of parts) {
      if (!(await session.storage.permissionsAt(part, 'file')).has('delete')) throw new NotPermitted('delete', part);
    }
    await combine(session, target, parts);
    for (const part of await withoutTarget(session, target, parts)) await session.storage.remove(part);
    return reply(250, `${parts.length} files are now ${quotePath(target)}`);
  },
};

/** The parts that are still other files: one may be the target under another name, by a link or in another case. */
async function withoutTarget(session: Session, target: string, parts: readonly string[]): Promise<readonly string[]> {
  const { unique } = await session.storage.stat(target);
  const others: string[] = [];
  for (const part of new Set(parts)) {
    if ((await session.storage.stat(part)).unique !== unique) others.push(part);
  }
  return others;
}

/** The parts are joined under another name first, so that nothing is lost when that fails, and the target may be one of the parts. */
async function combine(session: Session, target: string, parts: readonly string[]): Promise<void> {
  const unfinished = joinPath(parentPath(target), `.comb-${randomBytes(8).toString('hex')}`);
  await concatenate(session, parts, unfinished);
  try {
    await session.storage.rename(unfinished, target);
  } catch (error) {
    await removeQuietly(session, unfinished);
    throw error;
  }
}
