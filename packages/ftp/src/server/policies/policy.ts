import type { Reply } from '../../protocol/index.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

/** Says no, with the reply, to a verb that may not run now. Every verb passes every policy. */
export type Policy = (session: Session, verb: Verb) => Reply | undefined;
