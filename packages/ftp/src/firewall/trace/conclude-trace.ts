import type { Conclusion, Hop, Outcome, Place, PortPlan, Step } from '../rules/index.js';
import type { Flow } from './flow.js';
import { type Observation, infer } from './inference.js';
import type { JoinedSession } from './joined-session.js';
import type { Negotiation } from './negotiation.js';
import type { Drawn } from './timeline-of.js';
import { causeOf } from './trace-causes-table.js';
import type { Verdict } from './verdict.js';

const SEEN: Readonly<Record<Outcome, string>> = {
  ok: 'the transfer works',
  timeout: 'silence after 227 or 229, until somebody gives up',
  refused: 'the data connection fails at once',
  '425': '200, then 425 after the time the server gives a connection',
  '500': '500 to PORT or EPRT, at once',
  unavailable: 'the command is refused',
  unknown: 'what was captured does not tell',
};

export interface Evidence {
  readonly session: JoinedSession;
  readonly negotiation: Negotiation;
  readonly verdict: Verdict;
  readonly drawn: Drawn;
  readonly plan: PortPlan;
  /** What was seen of this way on this path, and of all others. */
  readonly observations: readonly [Observation, ...Observation[]];
}

/** Why it ended as it did, where, and what would help. */
export function concludeTrace(evidence: Evidence): Conclusion {
  const { verdict, drawn, plan } = evidence;
  const { outcome } = verdict;
  const seen = verdict.seen ?? SEEN[outcome];
  if (outcome === 'ok' || outcome === 'unknown') return { outcome, seen, why: '', fix: [], also: [] };
  const { failed, timeline } = drawn;
  const hop = failed?.hops.find(
    ({ verdict: each }) => each === 'dropped' || each === 'rejected' || each === 'not seen',
  );
  const inferred =
    verdict.cause === undefined || verdict.cause === 'blocked' || verdict.cause === 'ACTIVE_NAT'
      ? infer(inferableFrom(evidence, hop))
      : undefined;
  const cause = causeFor(evidence, hop, inferred?.cause);
  const known = cause === undefined ? undefined : causeOf(cause);
  return {
    outcome,
    ...(cause !== undefined && { cause }),
    ...(failed && { step: failed.number }),
    ...(hop && { place: hop.place }),
    seen,
    why: [failed && hop ? whereWords(failed, hop, timeline.places) : '', known?.why ?? '', tlsWords(evidence, cause)]
      .filter((part) => part !== '')
      .join(' '),
    fix: known?.fix(plan) ?? [],
    also: inferred?.also ?? [],
  };
}

function inferableFrom(
  { session, plan, observations, drawn }: Evidence,
  hop: Hop | undefined,
): Parameters<typeof infer>[0] {
  const { controls } = session;
  const role = hop && drawn.timeline.places[hop.place]?.role;
  const captured = drawn.timeline.places.length > 3 || role === 'client-device';
  const stoppedBy = role === 'client-device' ? 'client' : role === 'server-device' && captured ? 'server' : undefined;
  return { plan, nat: natOf(controls, drawn), observations, stoppedBy };
}

function natOf(
  controls: readonly Flow[],
  { timeline }: Drawn,
): { readonly clientNat: boolean; readonly serverNat: boolean } {
  const differ = (end: 'initiator' | 'responder'): boolean => new Set(controls.map((flow) => flow[end].host)).size > 1;
  return { clientNat: differ('initiator') || timeline.steps.some(isForeignPort), serverNat: differ('responder') };
}

/** A PORT that was refused for its address tells of NAT, too. */
function isForeignPort({ kind, text }: Step): boolean {
  return kind === 'reply' && /^500 Illegal (?:PORT|EPRT)/.test(text);
}

function causeFor(
  { verdict, negotiation, drawn }: Evidence,
  hop: Hop | undefined,
  inferred: string | undefined,
): string | undefined {
  if (verdict.cause !== 'blocked') return verdict.cause;
  const place = hop && drawn.timeline.places[hop.place];
  const atEnd = place?.role === 'client' || place?.role === 'server';
  if (negotiation.mode === 'active')
    return atEnd && hop?.verdict === 'rejected' ? 'ACTIVE_CLOSED' : (inferred ?? 'ACTIVE_DROP');
  if (hop?.verdict === 'rejected' && (inferred === undefined || inferred === 'RANGE_DROP')) return 'RANGE_REJECT';
  return inferred ?? 'RANGE_DROP';
}

/** Where it was lost, as the captures have it. */
function whereWords({ text, times = 1, hops }: Step, hop: Hop, places: readonly Place[]): string {
  const name = (place: number | undefined): string => (place === undefined ? '' : (places[place]?.name ?? ''));
  const before = hops[hops.indexOf(hop) - 1];
  const what = /^\w+/.exec(text)?.[0] ?? text;
  const often = times > 1 ? `, sent ${times} times,` : '';
  const where = `${what}${often} ${hop.verdict === 'rejected' ? 'was refused' : 'was lost'}`;
  if (hop.verdict === 'not seen')
    return `${where} between ${before ? name(before.place) : 'its sender'} and ${name(hop.place)}.`;
  return `${where} at ${name(hop.place)}${hop.note === undefined ? '' : ` (${hop.note})`}.`;
}

function tlsWords({ drawn }: Evidence, cause: string | undefined): string {
  return drawn.timeline.tls && cause === 'RANGE_DROP' ? 'Inside TLS no helper can open it, either.' : '';
}
