import { reply } from '../protocol/index.js';
import type { Session } from './session.js';
import type { Outcome } from './verb.js';

/** Nobody needs many lines to log in, whatever is in them: one too many ends the session. */
export function refuseFlood(session: Session): Extract<Outcome, { afterwards: unknown }> | undefined {
  if (session.login.state === 'in') return undefined;
  session.commandsBeforeLogin += 1;
  if (session.commandsBeforeLogin <= session.server.limits.maxCommandsBeforeLogin) return undefined;
  return { reply: reply(421, 'Too many commands before login'), afterwards: () => session.control.end() };
}
