import type { Timeline } from '../rules/index.js';
import { concludeTrace } from './conclude-trace.js';
import type { Inference } from './inference.js';
import type { JoinedSession } from './joined-session.js';
import { observationOf } from './observe.js';
import type { PathKnowledge } from './path-knowledge.js';
import { placesOf } from './path-places.js';
import { draw } from './timeline-of.js';
import { judge } from './verdict.js';

/** The timelines of a session. */
export function timelinesOf(
  session: JoinedSession,
  knowledge: PathKnowledge,
  inference: Inference,
): readonly Timeline[] {
  return session.negotiations.map((negotiation) => {
    const verdict = judge(negotiation, session, placesOf(session.path));
    const drawn = draw(session, negotiation, verdict);
    const observation = observationOf(session, negotiation, verdict);
    return {
      ...drawn.timeline,
      conclusion: concludeTrace({ negotiation, verdict, drawn, observation, knowledge, inference }),
    };
  });
}
