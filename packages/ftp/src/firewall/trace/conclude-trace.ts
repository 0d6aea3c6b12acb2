import type { Conclusion, Hop, Outcome, Place, Step } from '../rules/index.js';
import type { Inferable, Inference, Observation } from './inference.js';
import type { Negotiation } from './negotiation.js';
import type { PathKnowledge } from './path-knowledge.js';
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

/** Causes that the model of firewalls knows, so that it can tell what else would work. */
const MODELLED: ReadonlySet<string> = new Set(['blocked', 'PASV_PRIVATE', 'ACTIVE_NAT']);

export interface Evidence {
  readonly negotiation: Negotiation;
  readonly verdict: Verdict;
  readonly drawn: Drawn;
  /** What this negotiation is in the terms of the model. */
  readonly observation: Observation;
  readonly knowledge: PathKnowledge;
  readonly inference: Inference;
}

/** Why it ended as it did, where, and what would help. */
export function concludeTrace(evidence: Evidence): Conclusion {
  const { verdict, drawn, knowledge } = evidence;
  const { outcome } = verdict;
  const seen = verdict.seen ?? SEEN[outcome];
  if (outcome === 'ok' || outcome === 'unknown') return { outcome, seen, why: '', fix: [], also: [] };
  const { failed, timeline } = drawn;
  const hop = failed?.hops.find(isEnd);
  const inferred = MODELLED.has(verdict.cause ?? '')
    ? evidence.inference.infer(inferableFrom(evidence, hop))
    : undefined;
  const cause = causeFor(evidence, hop, inferred?.cause);
  const known = cause === undefined ? undefined : causeOf(cause);
  const why = [
    failed && hop ? whereWords(failed, hop, timeline.places) : '',
    known?.why ?? '',
    tlsWords(evidence, cause),
  ];
  return {
    outcome,
    ...(cause !== undefined && { cause }),
    ...(failed && { step: failed.number }),
    ...(hop && { place: hop.place }),
    seen,
    why: why.filter((part) => part !== '').join(' '),
    fix: known?.fix(knowledge.plan) ?? [],
    also: inferred?.also ?? [],
  };
}

function isEnd({ verdict }: Hop): boolean {
  return verdict === 'dropped' || verdict === 'rejected' || verdict === 'not seen';
}

function inferableFrom({ knowledge, observation, drawn }: Evidence, hop: Hop | undefined): Inferable {
  const { nat, observations } = knowledge;
  const { announced, active, tls } = knowledge.plan;
  const role = hop && drawn.timeline.places[hop.place]?.role;
  // Of a network that nobody has captured in nothing is known.
  const known = drawn.timeline.places.some((place) => place.role === 'client-device');
  const stoppedBy = role === 'client-device' ? 'client' : role === 'server-device' && known ? 'server' : undefined;
  return { plan: { announced, active, tls }, nat, observations: [observation, ...observations], stoppedBy };
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
  const where = `${what}${times > 1 ? `, sent ${times} times,` : ''} ${hop.verdict === 'rejected' ? 'was refused' : 'was lost'}`;
  if (hop.verdict === 'not seen')
    return `${where} between ${before ? name(before.place) : 'its sender'} and ${name(hop.place)}.`;
  return `${where} at ${name(hop.place)}${hop.note === undefined ? '' : `: ${hop.note}`}.`;
}

function tlsWords({ drawn }: Evidence, cause: string | undefined): string {
  return drawn.timeline.tls && cause === 'RANGE_DROP' ? 'Inside TLS no helper can open it, either.' : '';
}
