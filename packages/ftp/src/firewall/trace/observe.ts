import { DEFAULT_PLAN, type PortPlan } from '../rules/index.js';
import { anyText, endpointIn } from './exchanges.js';
import type { Observation } from './inference.js';
import type { JoinedSession } from './joined-session.js';
import { type Negotiation, namingLine } from './negotiation.js';
import { isEncrypted } from './timeline-of.js';
import type { Verdict } from './verdict.js';

/** A negotiation in the terms of the model. */
export function observationOf(session: JoinedSession, negotiation: Negotiation, { outcome }: Verdict): Observation {
  const { verb } = negotiation;
  const [first] = session.controls;
  const family = first?.responder.host.includes(':') ? 'ipv6' : 'ipv4';
  return {
    way: verb === 'PASV' && isIgnored(session, negotiation) ? 'PASVi' : verb,
    tls: isEncrypted(session, negotiation),
    family,
    outcome,
  };
}

/** Whether the client has connected to the server's host, whatever the 227 names. */
function isIgnored({ controls }: JoinedSession, negotiation: Negotiation): boolean {
  const line = namingLine(negotiation);
  const flow = [...(negotiation.flow?.seen.values() ?? [])][0];
  const control = controls.find(({ point }) => point === flow?.point);
  const named = line && endpointIn(anyText(line), '');
  return (
    flow !== undefined &&
    named !== undefined &&
    flow.responder.host === control?.responder.host &&
    flow.responder.host !== named.host
  );
}

/** The server's ports, as far as they can be seen; of the passive range: from the lowest to the highest that it has named. */
export function planOf(sessions: readonly JoinedSession[], known: Partial<PortPlan>): PortPlan {
  const flows = sessions.flatMap(({ negotiations }) =>
    negotiations.flatMap((each) => [...(each.flow?.seen.values() ?? [])].map((flow) => ({ flow, mode: each.mode }))),
  );
  const passive = flows.filter(({ mode }) => mode === 'passive').map(({ flow }) => flow.responder.port);
  const [active] = flows.filter(({ mode }) => mode === 'active').map(({ flow }) => flow.initiator.port);
  const control = sessions[0]?.controls.at(-1)?.responder.port ?? DEFAULT_PLAN.control;
  const encrypted = sessions.some((session) => session.encrypted);
  return {
    control,
    passive: passive.length > 0 ? { first: Math.min(...passive), last: Math.max(...passive) } : undefined,
    active: active === undefined || active === control - 1 ? control - 1 : 'any',
    announced: announcedBy(sessions),
    tls: encrypted ? (control === 990 ? 'implicit' : 'explicit') : 'none',
    ...known,
  };
}

/** What a 227 names as it leaves the server, where that is not the server's own address. */
function announcedBy(sessions: readonly JoinedSession[]): string | undefined {
  for (const { negotiations, controls } of sessions) {
    const last = controls.at(-1);
    for (const { answer } of negotiations) {
      const text = last && answer?.line.seen.get(last.point)?.text;
      const named = text === undefined ? undefined : endpointIn(text, last?.responder.host ?? '');
      if (named && named.host !== last?.responder.host) return named.host;
    }
  }
  return undefined;
}
