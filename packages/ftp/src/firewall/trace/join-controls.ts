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
  const recent = new Map<string, RecentGroups>();
  const begun = groups.map((group) => ({ group, start: startOf(group) }));
  for (const { group, start } of begun.toSorted((one, other) => one.start - other.start)) {
    const text = opening(group);
    const candidates = (text === undefined ? undefined : recent.get(text)) ?? new RecentGroups();
    const known = candidates.take(group, start);
    if (known) known.group.push(...group);
    else joined.push(group);
    candidates.add(known ?? { group, start });
    if (text !== undefined) recent.set(text, candidates);
  }
  return joined;
}

interface Begun {
  readonly group: Flow[];
  readonly start: number;
}

/** Those that opened alike, by the vantage points that saw them, in the order they began. */
class RecentGroups {
  readonly #byVantages = new Map<string, { readonly names: ReadonlySet<string>; readonly groups: Begun[] }>();

  add(begun: Begun): void {
    const names = namesOf(begun.group);
    const key = [...names].toSorted().join('\0');
    const { groups } = this.#byVantages.get(key) ?? this.#make(key, names);
    groups.splice(groups.findLastIndex(({ start }) => start <= begun.start) + 1, 0, begun);
  }

  /** Removes the last that began not long before, at other vantage points: whoever sees two connections sees two sessions. */
  take(group: readonly Flow[], start: number): Begun | undefined {
    const names = namesOf(group);
    let last: Begun[] | undefined;
    for (const each of this.#byVantages.values()) {
      const begun = each.groups.at(-1)?.start ?? -Infinity;
      if (start - begun > SAME_TIME_MS || begun <= (last?.at(-1)?.start ?? -Infinity)) continue;
      if ([...names].every((name) => !each.names.has(name))) last = each.groups;
    }
    return last?.pop();
  }

  #make(key: string, names: ReadonlySet<string>): { readonly names: ReadonlySet<string>; readonly groups: Begun[] } {
    const made = { names, groups: [] };
    this.#byVantages.set(key, made);
    return made;
  }
}

function namesOf(group: readonly Flow[]): ReadonlySet<string> {
  return new Set(group.map(({ point }) => point.vantage.name));
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
