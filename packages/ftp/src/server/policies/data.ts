import { reply } from '../../protocol/index.js';
import type { Policy } from './policy.js';

/** A transfer needs an agreed data connection, or the one that modes B and C have kept. */
export const data: Policy = (session, verb) => {
  if (!verb.needs.includes('data')) return undefined;
  const { data: connection } = session;
  if (connection && (connection.state === 'offered' || connection.reusable)) return undefined;
  session.offer(undefined);
  return reply(425, 'Use EPSV, PASV, EPRT or PORT first');
};
