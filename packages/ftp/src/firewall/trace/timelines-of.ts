import type { PortPlan, Timeline } from '../rules/index.js';
import { concludeTrace } from './conclude-trace.js';
import type { Observation } from './inference.js';
import type { JoinedSession } from './joined-session.js';
import { observationOf, planOf } from './observe.js';
import { placesOf } from './path-places.js';
import { draw } from './timeline-of.js';
import { judge } from './verdict.js';

/** The timelines of a session. What others between the same hosts have met with tells more about the devices between. */
export function timelinesOf(
  session: JoinedSession,
  all: readonly JoinedSession[],
  known: Partial<PortPlan>,
): readonly Timeline[] {
  const neighbours = all.filter((other) => hostsOf(other) === hostsOf(session));
  const plan = planOf(neighbours, known);
  const others = new Map<string, Observation>();
  for (const each of neighbours.flatMap(observationsOf)) others.set(JSON.stringify(each), each);
  return session.negotiations.map((negotiation) => {
    const verdict = judge(negotiation, session, placesOf(session.path));
    const drawn = draw(session, negotiation, verdict);
    const observations = [observationOf(session, negotiation, verdict), ...others.values()] as const;
    return {
      ...drawn.timeline,
      conclusion: concludeTrace({ session, negotiation, verdict, drawn, plan, observations }),
    };
  });
}

/** Those that tell something. */
function observationsOf(session: JoinedSession): readonly Observation[] {
  return session.negotiations
    .map((negotiation) => observationOf(session, negotiation, judge(negotiation, session, placesOf(session.path))))
    .filter(({ outcome }) => outcome !== 'unknown' && outcome !== 'unavailable');
}

function hostsOf({ controls }: JoinedSession): string {
  return `${controls[0]?.initiator.host} ${controls.at(-1)?.responder.host}`;
}
