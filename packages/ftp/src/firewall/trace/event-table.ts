import { EventSession } from './event-session.js';
import type { EventSource, TraceEvent } from './trace-event.js';
import type { TraceLimits } from './trace-limits.js';

/** The sessions that events tell of. */
export class EventTable {
  readonly sessions: EventSession[] = [];
  readonly notes = new Set<string>();
  readonly #limits: TraceLimits;
  /** By whose they are, and their number: one that opens again is another session. */
  readonly #running = new Map<string, EventSession>();
  #connections = 0;
  #textBytes = 0;

  constructor(limits: TraceLimits) {
    this.#limits = limits;
  }

  add(source: EventSource, event: TraceEvent): void {
    const key = `${source.side} ${source.session}`;
    const known = this.#running.get(key);
    const begins = event.kind === 'control' && (event.state === 'open' || !known);
    if (begins) this.#running.delete(key);
    if ((begins || event.kind === 'data') && this.#isFull()) return;
    const session = begins ? this.#begin(key, source) : known;
    if (session) this.#tell(session, event);
  }

  #begin(key: string, { side }: EventSource): EventSession {
    const session = new EventSession(side, this.sessions.length);
    this.sessions.push(session);
    this.#running.set(key, session);
    this.#connections += 1;
    return session;
  }

  #tell(session: EventSession, event: TraceEvent): void {
    const { data, conversation } = session;
    const before = { connections: data.length, textBytes: conversation.textBytes };
    conversation.full = this.#textBytes >= this.#limits.maxTextBytes;
    if (conversation.full)
      this.notes.add(`only the first ${this.#limits.maxTextBytes} octets of commands and replies were kept`);
    session.add(event);
    this.#connections += data.length - before.connections;
    this.#textBytes += conversation.textBytes - before.textBytes;
  }

  #isFull(): boolean {
    const { maxConnections } = this.#limits;
    if (this.#connections < maxConnections) return false;
    this.notes.add(`only the first ${maxConnections} connections that events tell of were kept`);
    return true;
  }
}
