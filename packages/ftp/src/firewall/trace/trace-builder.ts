import type { Outcome, PortPlan, Timeline } from '../rules/index.js';
import type { CapturedPacket } from './captured-packet.js';
import { HIDDEN } from './conversation.js';
import { EventTable } from './event-table.js';
import { anyText } from './exchanges.js';
import { FlowTable } from './flow-table.js';
import { Inference } from './inference.js';
import { type JoinedSession, joinSessions } from './joined-session.js';
import { type PathKnowledge, knowledgeOf, pathKey } from './path-knowledge.js';
import type { SessionSummary, TraceLine } from './session-summary.js';
import { timelinesOf } from './timelines-of.js';
import type { EventSource, TraceEvent } from './trace-event.js';
import { DEFAULT_TRACE_LIMITS, type TraceLimits } from './trace-limits.js';
import type { Vantage } from './vantage.js';

export interface TraceOptions {
  readonly limits?: Partial<TraceLimits>;
  /** What is known of the server's ports, for the advice; default: what can be seen. */
  readonly plan?: Partial<PortPlan>;
}

/** Finds FTP sessions in packets and events from any number of places, and makes timelines of them. */
export class TraceBuilder {
  readonly #plan: Partial<PortPlan>;
  readonly #table: FlowTable;
  readonly #events: EventTable;
  #joined: readonly JoinedSession[] | undefined;
  readonly #timelines = new Map<number, readonly Timeline[]>();

  /** By path: its sessions, and what they tell of it. */
  readonly #byPath = new Map<string, JoinedSession[]>();
  readonly #knowledgeOf = new Map<string, PathKnowledge>();
  readonly #inference = new Inference();

  constructor({ limits, plan = {} }: TraceOptions = {}) {
    this.#plan = plan;
    const all = { ...DEFAULT_TRACE_LIMITS, ...limits };
    this.#table = new FlowTable(all);
    this.#events = new EventTable(all);
  }

  add(vantage: Vantage, packet: CapturedPacket): void {
    this.#change();
    this.#table.add(vantage, packet);
  }

  addEvent(source: EventSource, event: TraceEvent): void {
    this.#change();
    this.#events.add(source, event);
  }

  sessions(): readonly SessionSummary[] {
    return this.#sessions().map((session) => this.#summary(session));
  }

  /** One for each negotiation of a data connection of the session, in order. Inside TLS: one for each data connection seen. */
  timelines(session: number): readonly Timeline[] {
    const known = this.#timelines.get(session);
    if (known) return known;
    const chosen = this.#sessions()[session - 1];
    const timelines = chosen ? timelinesOf(chosen, this.#knowledge(chosen), this.#inference) : [];
    this.#timelines.set(session, timelines);
    return timelines;
  }

  /** The commands and replies that could be read. */
  transcript(session: number): readonly TraceLine[] {
    const lines = this.#sessions()[session - 1]?.lines ?? [];
    return lines.map((line) => ({ at: firstOf(line.seen.values()), towards: line.towards, text: anyText(line) }));
  }

  /** What was left out, and why: unknown link types, limits reached. */
  notes(): readonly string[] {
    return [...new Set([...this.#table.notes, ...this.#events.notes])];
  }

  #knowledge(session: JoinedSession): PathKnowledge {
    const key = pathKey(session);
    const known = this.#knowledgeOf.get(key);
    if (known) return known;
    const knowledge = knowledgeOf(this.#byPath.get(key) ?? [session], this.#plan);
    this.#knowledgeOf.set(key, knowledge);
    return knowledge;
  }

  #change(): void {
    this.#joined = undefined;
    this.#timelines.clear();
    this.#byPath.clear();
    this.#knowledgeOf.clear();
  }

  #sessions(): readonly JoinedSession[] {
    if (this.#joined) return this.#joined;
    this.#joined = joinSessions(this.#table.flows, this.#events.sessions);
    for (const session of this.#joined) {
      const key = pathKey(session);
      const others = this.#byPath.get(key);
      if (others) others.push(session);
      else this.#byPath.set(key, [session]);
    }
    return this.#joined;
  }

  #summary(session: JoinedSession): SessionSummary {
    const { id, controls, path, lines, encrypted, tls, startedAt, endedAt } = session;
    const [first] = controls;
    const nowhere = { host: '', port: 0 };
    return {
      id,
      client: first?.initiator ?? nowhere,
      server: first?.responder ?? nowhere,
      startedAt,
      endedAt,
      user: userOf(session),
      tls: encrypted ? tls : undefined,
      lines: lines.length,
      outcomes: this.timelines(id).map(({ conclusion }): Outcome => conclusion.outcome),
      vantages: [...new Set(path.map(({ point }) => point.vantage.name))],
      notes: notesOf(session),
    };
  }
}

function notesOf({ controls, lines }: JoinedSession): readonly string[] {
  const hidden = lines.some((line) => line.towards === 'server' && anyText(line) === HIDDEN);
  return [
    ...(controls.every(({ syns }) => syns === 0) ? ['its beginning was not captured'] : []),
    ...(hidden
      ? [`a line whose beginning was not captured is shown as ${HIDDEN}: it may be the rest of a password`]
      : []),
  ];
}

function userOf({ lines }: JoinedSession): string | undefined {
  const line = lines.find((each) => each.towards === 'server' && /^USER /i.test(anyText(each)));
  return line && anyText(line).slice('USER '.length);
}

function firstOf(seen: Iterable<{ readonly at: number }>): number {
  return Math.min(...Array.from(seen, ({ at }) => at));
}
