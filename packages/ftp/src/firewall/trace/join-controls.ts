import type { Endpoint } from '../../protocol/index.js';
import type { Flow, Sent } from './flow.js';
import { sequenceDistance } from './sequence.js';

/** Events are told of later than packets are captured, and clocks may differ a little. */
const SAME_MOMENT_MS = 2_000;
/** Lines that must be the same on both sides of something that numbers octets anew, and how far clocks may differ. */
const SAME_LINES = 3;
const SAME_TIME_MS = 5_000;

/**
 * Puts the command connections that are one session together, each seen at another point. NAT changes addresses and ports, but not
 * sequence numbers; what does not keep them (firewalls that make up their own, proxies) is recognised by what is said, and when.
 */
export function joinControls(flows: readonly Flow[]): readonly (readonly Flow[])[] {
  const groups: Flow[][] = [];
  const byIsn = new Map<number, Flow[][]>();
  const packets = flows.filter(({ point }) => !point.program);
  for (const flow of packets.filter(({ isn }) => isn !== undefined)) {
    const isn = flow.isn ?? 0;
    const known = byIsn.get(isn)?.find((group) => group.every((other) => isSameStart(flow, other)));
    if (known) known.push(flow);
    else {
      const group = [flow];
      groups.push(group);
      byIsn.set(isn, [...(byIsn.get(isn) ?? []), group]);
    }
  }
  joinOthers(
    groups,
    packets.filter(({ isn }) => isn === undefined),
    isSameStretch,
  );
  joinOthers(
    groups,
    flows.filter(({ point }) => point.program),
    isSameProgram,
  );
  return joinByContent(groups);
}

function joinOthers(groups: Flow[][], flows: readonly Flow[], isSame: (one: Flow, other: Flow) => boolean): void {
  for (const flow of flows) {
    const known = groups.find((group) => !seenAt(group, flow) && group.some((other) => isSame(flow, other)));
    if (known) known.push(flow);
    else groups.push([flow]);
  }
}

function seenAt(group: readonly Flow[], { point }: Flow): boolean {
  return group.some((other) => other.point === point);
}

function isSameStart(one: Flow, other: Flow): boolean {
  if (one.point === other.point) return false;
  return one.answerIsn === undefined || other.answerIsn === undefined || one.answerIsn === other.answerIsn;
}

/** Whether the stretches that were seen of both directions overlap: two connections have other numbers. */
export function isSameStretch(one: Flow, other: Flow): boolean {
  return overlaps(one.fromInitiator, other.fromInitiator) && overlaps(one.fromResponder, other.fromResponder);
}

function overlaps(one: Sent, other: Sent): boolean {
  if (one.first === undefined || one.next === undefined || other.first === undefined || other.next === undefined)
    return false;
  return sequenceDistance(one.next, other.first) >= 0 && sequenceDistance(other.next, one.first) >= 0;
}

/** A program, and a capture or the program at the other end, between the same ends: no NAT is between them. */
export function isSameProgram(program: Flow, other: Flow): boolean {
  if (other.point.vantage.name === program.point.vantage.name) return false;
  return (
    isSameEnd(program.initiator, other.initiator) &&
    isSameEnd(program.responder, other.responder) &&
    program.firstAt <= other.lastAt + SAME_MOMENT_MS &&
    program.lastAt >= other.firstAt - SAME_MOMENT_MS
  );
}

function isSameEnd(one: Endpoint, other: Endpoint): boolean {
  return one.port === other.port && one.host === other.host;
}

function joinByContent(groups: readonly Flow[][]): readonly (readonly Flow[])[] {
  const joined: Flow[][] = [];
  /** Those that began not long before, by what was said first. */
  const recent = new Map<string, Flow[][]>();
  for (const group of groups.toSorted((one, other) => startOf(one) - startOf(other))) {
    const text = opening(group);
    const start = startOf(group);
    const candidates = (text === undefined ? [] : (recent.get(text) ?? [])).filter(
      (each) => start - startOf(each) <= SAME_TIME_MS,
    );
    const known = candidates.findLast((each) => areElsewhere(each, group));
    if (known) known.push(...group);
    else {
      joined.push(group);
      candidates.push(group);
    }
    if (text !== undefined) recent.set(text, candidates);
  }
  return joined;
}

/** At other vantage points: whoever sees two connections sees two sessions. */
function areElsewhere(one: readonly Flow[], other: readonly Flow[]): boolean {
  const names = new Set(one.map(({ point }) => point.vantage.name));
  return other.every(({ point }) => !names.has(point.vantage.name));
}

function startOf(group: readonly Flow[]): number {
  return Math.min(...group.map(({ firstAt }) => firstAt));
}

function opening(group: readonly Flow[]): string | undefined {
  const lines = group.find(({ conversation }) => (conversation?.lines.length ?? 0) >= SAME_LINES)?.conversation?.lines;
  return lines
    ?.slice(0, SAME_LINES)
    .map(({ text }) => text)
    .join('\n');
}
