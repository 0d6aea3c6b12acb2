import type { NetworkPath, PortPlan } from '../rules/index.js';
import type { Observation } from './inference.js';
import type { JoinedSession } from './joined-session.js';
import { observationOf, planOf } from './observe.js';
import { placesOf } from './path-places.js';
import { judge } from './verdict.js';

/** What all sessions between the same two hosts tell of what lies between them. */
export interface PathKnowledge {
  readonly plan: PortPlan;
  readonly nat: Pick<NetworkPath, 'clientNat' | 'serverNat'>;
  readonly observations: readonly Observation[];
}

/** By client and server: sessions with the same key go the same way. */
export function pathKey({ controls }: JoinedSession): string {
  return `${controls[0]?.initiator.host} ${controls.at(-1)?.responder.host}`;
}

export function knowledgeOf(sessions: readonly JoinedSession[], known: Partial<PortPlan>): PathKnowledge {
  const observations = new Map<string, Observation>();
  let refused = false;
  for (const session of sessions)
    for (const negotiation of session.negotiations) {
      const verdict = judge(negotiation, session, placesOf(session.path));
      // A PORT that is refused for its address tells of NAT, too.
      refused ||= verdict.cause === 'ACTIVE_NAT';
      const observation = observationOf(session, negotiation, verdict);
      if (verdict.outcome !== 'unknown' && verdict.outcome !== 'unavailable')
        observations.set(JSON.stringify(observation), observation);
    }
  const nat = {
    clientNat: refused || isTranslated(sessions, 'initiator'),
    serverNat: isTranslated(sessions, 'responder'),
  };
  return { plan: planOf(sessions, known), nat, observations: [...observations.values()] };
}

function isTranslated(sessions: readonly JoinedSession[], end: 'initiator' | 'responder'): boolean {
  return sessions.some(({ controls }) => controls.some((flow) => flow[end].host !== controls[0]?.[end].host));
}
