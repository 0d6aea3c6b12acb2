import { reply } from '../../protocol/index.js';
import { none } from '../arguments.js';
import type { Session } from '../session.js';
import { type Verb, isAbility, offers } from '../verb.js';
import { VERBS } from './index.js';

export const feat: Verb<undefined> = {
  verb: 'FEAT',
  rfc: 'RFC 2389 §3',
  argument: none,
  needs: [],
  help: 'what this server can do beyond RFC 959',
  run: (session) => reply(211, 'Features:', ...featuresOf(session), 'End'),
};

/** What this session can use: of verbs whose abilities its storage has, and of TLS where there is a certificate. */
function featuresOf(session: Session): string[] {
  return VERBS.filter((verb) => verb.needs.every((need) => !isAbility(need) || offers(session, need)))
    .flatMap(({ feature }) => (typeof feature === 'function' ? feature(session) : feature)?.split('\n') ?? [])
    .toSorted();
}
