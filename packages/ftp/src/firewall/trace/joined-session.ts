import { type JoinedLine, alignLines } from './align-lines.js';
import type { EventSession } from './event-session.js';
import { type Flow, hasEnded } from './flow.js';
import { joinControls } from './join-controls.js';
import { type JoinedFlow, joinData } from './join-data.js';
import { type Negotiation, readNegotiations, NO_NEGOTIATION, unreadNegotiation } from './negotiation.js';
import { type PathPoint, orderPoints } from './path-order.js';
import type { TlsSeen } from './session-summary.js';
import { UnreadFlows } from './unread-flows.js';

/** One session, put together from all points where it was seen. */
export interface JoinedSession {
  readonly id: number;
  /** From the client to the server. */
  readonly path: readonly PathPoint[];
  /** The command connection at each of these points. */
  readonly controls: readonly Flow[];
  readonly lines: readonly JoinedLine[];
  readonly encrypted: boolean;
  readonly tls: TlsSeen;
  readonly negotiations: readonly Negotiation[];
  readonly startedAt: number;
  readonly endedAt: number;
}

type Draft = Omit<JoinedSession, 'id' | 'negotiations'>;

/** FTP sessions, in the order they began. */
export function joinSessions(flows: Iterable<Flow>, events: readonly EventSession[]): readonly JoinedSession[] {
  const all = [...flows];
  const controls = all.filter(isFtp);
  const told = events.flatMap(({ control }) => (control ? [control] : []));
  const drafts = joinControls([...controls, ...told])
    .map(draft)
    .toSorted((one, other) => one.startedAt - other.startedAt);
  const hosts = new Set(controls.map(hostsOf));
  const data = all.filter(
    (flow) => !flow.conversation && flow.syns + flow.fromInitiator.bytes + flow.fromResponder.bytes > 0,
  );
  const candidates = data.filter((flow) => hosts.has(hostsOf(flow)) || flow.syns > 0);
  const unread = new UnreadFlows(joinData([...candidates, ...events.flatMap((each) => each.data)]));
  const read = drafts.map(({ lines, controls: own }) => [...readNegotiations(lines, own, unread)]);
  const owner = ownersOf(drafts);
  for (const flow of unread) {
    const index = owner(flow);
    const session = drafts[index];
    if (session) read[index]?.push(unreadNegotiation(flow, session.controls));
  }
  return drafts.map((session, index) => {
    const { lines, encrypted, controls: own } = session;
    const silent = lines.length === 0 && !encrypted && own.every(({ syns }) => syns > 0);
    const negotiations = silent ? [NO_NEGOTIATION] : (read[index] ?? []).toSorted(byTime);
    return { id: index + 1, ...session, negotiations };
  });
}

/** Mail servers greet with 220, too. */
function isFtp({ conversation }: Flow): boolean {
  const first = conversation?.lines.find(({ towards }) => towards === 'server');
  return conversation !== undefined && !/^(?:EHLO|HELO) /i.test(first?.text ?? '');
}

function draft(unordered: readonly Flow[]): Draft {
  const path = orderPoints(unordered);
  const controls = path.flatMap(({ point }) => unordered.filter((flow) => flow.point === point));
  const conversations = controls.flatMap(({ conversation }) => (conversation ? [conversation] : []));
  return {
    path,
    controls,
    lines: alignLines(controls),
    encrypted: conversations.some(({ encrypted }) => encrypted),
    tls: {
      version: conversations.find(({ tls }) => tls.version)?.tls.version,
      serverName: conversations.find(({ tls }) => tls.serverName)?.tls.serverName,
    },
    startedAt: Math.min(...controls.map(({ firstAt }) => firstAt)),
    endedAt: Math.max(...controls.map(({ lastAt }) => lastAt)),
  };
}

function hostsOf({ point, initiator, responder }: Flow): string {
  const hosts = initiator.host < responder.host ? [initiator.host, responder.host] : [responder.host, initiator.host];
  return `${point.key} ${hosts.join(' ')}`;
}

/** Which of the encrypted sessions a data connection may belong to: the last between the same hosts, while it lasts; else -1. */
function ownersOf(drafts: readonly Draft[]): (flow: JoinedFlow) => number {
  const byHosts = new Map<string, { readonly index: number; readonly control: Flow }[]>();
  for (const [index, { encrypted, controls }] of drafts.entries())
    for (const control of encrypted ? controls : []) {
      const hosts = hostsOf(control);
      const others = byHosts.get(hosts);
      if (others) others.push({ index, control });
      else byHosts.set(hosts, [{ index, control }]);
    }
  return ({ seen }) =>
    Math.max(
      ...Array.from(
        seen.values(),
        (flow) => byHosts.get(hostsOf(flow))?.findLast(({ control }) => lasts(control, flow))?.index ?? -1,
      ),
    );
}

function lasts(control: Flow, { firstAt }: Flow): boolean {
  return control.firstAt <= firstAt && (!hasEnded(control) || control.lastAt >= firstAt);
}

function byTime(one: Negotiation, other: Negotiation): number {
  return timeOf(one) - timeOf(other);
}

function timeOf({ command, answer, flow }: Negotiation): number {
  const lines = [command, answer?.line].flatMap((line) => [...(line?.seen.values() ?? [])]);
  return Math.min(
    ...lines.map(({ at }) => at),
    ...(lines.length > 0 ? [] : [...(flow?.seen.values() ?? [])].map(({ firstAt }) => firstAt)),
  );
}
