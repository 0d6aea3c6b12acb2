import type { Reply } from '../../protocol/index.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';
import { POLICIES } from './index.js';

/** The first policy's no, where a verb does the work of another one: SITE of its sub verbs, MDTM of MFMT. */
export function refusalOf(session: Session, verb: Verb): Reply | undefined {
  for (const policy of POLICIES) {
    const refusal = policy(session, verb);
    if (refusal) return refusal;
  }
  return undefined;
}
