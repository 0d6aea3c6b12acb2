import { SyntaxFault, formatTime, reply, resolvePath } from '../../protocol/index.js';
import { required } from '../arguments.js';
import { refusalOf } from '../policies/refusal.js';
import type { Session } from '../session.js';
import { type Entry, StorageFault } from '../storage/contract.js';
import { type TimedPath, parseTimedPath } from '../timed-path.js';
import { type Verb, hasAbility } from '../verb.js';
import { mfmt } from './mfmt.js';

export const mdtm: Verb<string> = {
  verb: 'MDTM',
  rfc: 'RFC 3659 §3',
  argument: required('<path>'),
  needs: ['login', 'list'],
  feature: 'MDTM',
  help: 'when a file was last modified, in UTC',
  async run(session, text) {
    const entry = await find(session, text);
    if (entry === undefined) return await setTime(session, text);
    if (entry.type === 'directory') throw new StorageFault('is-a-directory', text);
    if (entry.type !== 'file') throw new StorageFault('not-a-file', text);
    const seconds = Math.floor(entry.modified.getTime() / 1000);
    return reply(213, formatTime(new Date(seconds * 1000)));
  },
};

/** Undefined when there is nothing of that name, but the text may be the historic form that sets a time: a file's name goes before that. */
async function find(session: Session, text: string): Promise<Entry | undefined> {
  try {
    return await session.storage.stat(resolvePath(session.directory, text));
  } catch (error) {
    const isMissing = error instanceof StorageFault && (error.code === 'not-found' || error.code === 'not-a-directory');
    if (isMissing && timedPathOf(text) && hasAbility(session.storage, 'setTimes')) return undefined;
    throw error;
  }
}

/** `MDTM 20200131235959 name`, from before there was MFMT. */
async function setTime(session: Session, text: string) {
  const refusal = refusalOf(session, mfmt);
  if (refusal) return refusal;
  session.verb = mfmt;
  return await mfmt.run(session, parseTimedPath(text));
}

function timedPathOf(text: string): TimedPath | undefined {
  try {
    return parseTimedPath(text);
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}
