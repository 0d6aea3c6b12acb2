import type { Endpoint } from '../../protocol/index.js';
import type { Conversation } from './conversation.js';
import type { ObservationPoint } from './observation-point.js';
import type { Segment } from './segment.js';
import { sequenceDistance } from './sequence.js';

/** What one end of a TCP connection has sent. */
export interface Sent {
  /** Where its stream is: of the first octet seen, and after the last. */
  first: number | undefined;
  next: number | undefined;
  /** Octets of payload, each counted once, and those between them that the capture has missed. */
  bytes: number;
  firstDataAt: number | undefined;
  lastDataAt: number | undefined;
  /** Segments with payload that had been sent before. */
  repeated: number;
  finAt: number | undefined;
  ttl: number | undefined;
  acknowledged: number | undefined;
}

/** Why a connection did not come about, or ended early. */
export interface Refusal {
  readonly how: 'reset' | 'icmp';
  readonly at: number;
  /** Who has said so; of a reset: the end that it pretends to come from. */
  readonly by: string;
  readonly text: string;
  readonly towards: 'initiator' | 'responder';
  readonly ttl?: number | undefined;
}

/** A TCP connection as it was seen at one point. */
export interface Flow {
  readonly point: ObservationPoint;
  initiator: Endpoint;
  responder: Endpoint;
  /** Sequence numbers of the SYN and its answer. */
  isn: number | undefined;
  answerIsn: number | undefined;
  /** How often the SYN was sent. 0: its beginning was not seen. */
  syns: number;
  firstAt: number;
  lastSynAt: number;
  lastAt: number;
  answeredAt: number | undefined;
  /** The first of them. */
  refusal: Refusal | undefined;
  /** Reason in words, of a connection that failed before there was a packet. */
  failure?: string | undefined;
  readonly fromInitiator: Sent;
  readonly fromResponder: Sent;
  /** Of a command connection. */
  conversation: Conversation | undefined;
}

export function newFlow(point: ObservationPoint, initiator: Endpoint, responder: Endpoint, at: number): Flow {
  return {
    point,
    initiator,
    responder,
    isn: undefined,
    answerIsn: undefined,
    syns: 0,
    firstAt: at,
    lastSynAt: at,
    lastAt: at,
    answeredAt: undefined,
    refusal: undefined,
    fromInitiator: newSent(),
    fromResponder: newSent(),
    conversation: undefined,
  };
}

function newSent(): Sent {
  return {
    first: undefined,
    next: undefined,
    bytes: 0,
    firstDataAt: undefined,
    lastDataAt: undefined,
    repeated: 0,
    finAt: undefined,
    ttl: undefined,
    acknowledged: undefined,
  };
}

export function isFromInitiator({ initiator }: Flow, { from }: Pick<Segment, 'from'>): boolean {
  return from.port === initiator.port && from.host === initiator.host;
}

/** Counts a segment. */
export function countSegment(flow: Flow, segment: Segment, at: number): void {
  const byInitiator = isFromInitiator(flow, segment);
  const sent = byInitiator ? flow.fromInitiator : flow.fromResponder;
  flow.lastAt = at;
  if (segment.syn) countSyn(flow, segment, at, byInitiator);
  if (segment.rst) {
    const { from, ttl } = segment;
    const towards = byInitiator ? 'responder' : 'initiator';
    flow.refusal ??= { how: 'reset', at, by: from.host, text: 'RST', towards, ttl };
    return;
  }
  sent.ttl ??= segment.ttl;
  if (segment.ack !== undefined && isLater(segment.ack, sent.acknowledged)) sent.acknowledged = segment.ack;
  if (segment.fin) sent.finAt ??= at;
  countPayload(sent, segment, at);
}

function countSyn(flow: Flow, { seq, ack }: Segment, at: number, byInitiator: boolean): void {
  if (byInitiator && ack === undefined) {
    flow.isn ??= seq;
    flow.syns += 1;
    flow.lastSynAt = at;
  } else if (!byInitiator) {
    flow.answerIsn ??= seq;
    flow.answeredAt ??= at;
  }
}

function countPayload(sent: Sent, { seq, syn, payloadLength }: Segment, at: number): void {
  const start = syn ? seq + 1 : seq;
  const end = (start + payloadLength) >>> 0;
  sent.first ??= start >>> 0;
  sent.next ??= start >>> 0;
  if (payloadLength === 0) return;
  sent.firstDataAt ??= at;
  const fresh = sequenceDistance(end, sent.next);
  // One octet or none is a keepalive, or asks for a window.
  if (fresh <= 0 && payloadLength > 1) sent.repeated += 1;
  if (fresh <= 0) return;
  sent.bytes += fresh;
  sent.next = end;
  sent.lastDataAt = at;
}

function isLater(ack: number, known: number | undefined): boolean {
  return known === undefined || sequenceDistance(ack, known) > 0;
}

export function hasEnded({ refusal, fromInitiator, fromResponder }: Flow): boolean {
  return refusal !== undefined || fromInitiator.finAt !== undefined || fromResponder.finAt !== undefined;
}
