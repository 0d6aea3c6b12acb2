import { refusalText } from '../accounts/not-permitted.js';
import { mayAnywhere } from '../accounts/permissions.js';
import { reply } from '../../protocol/index.js';
import { permissionsNeeded } from '../verb.js';
import type { Policy } from './policy.js';

/** What the account may do nowhere. With the path it is the storage that says no: {@link PermittedStorage}. */
export const permission: Policy = (session, verb) => {
  for (const group of permissionsNeeded(verb)) {
    const [first] = group;
    if (first !== undefined && !group.some((each) => mayAnywhere(session.account, each)))
      return reply(550, refusalText(first, 'anywhere'));
  }
  return undefined;
};
