import { reply } from '../../protocol/index.js';
import { ABILITIES, hasAbility } from '../verb.js';
import type { Policy } from './policy.js';

/** A verb whose ability this account's storage lacks is not implemented here, as FEAT says. */
export const ability: Policy = (session, verb) => {
  const missing = ABILITIES.some((each) => verb.needs.includes(each) && !hasAbility(session.storage, each));
  return missing ? reply(502, `${verb.verb} is not supported by this storage`) : undefined;
};
