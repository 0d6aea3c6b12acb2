import { reply } from '../../protocol/index.js';
import type { Policy } from './policy.js';

/** Nobody needs many commands to log in. */
export const flood: Policy = (session) => {
  if (session.login.state === 'in') return undefined;
  session.commandsBeforeLogin += 1;
  if (session.commandsBeforeLogin <= session.server.limits.maxCommandsBeforeLogin) return undefined;
  queueMicrotask(() => session.control.end());
  return reply(421, 'Too many commands before login');
};
